/**
 * An infusion pump. Its therapy telemetry is the stream that a clinical owner may have protected; its status and what
 * it gave go to the FHIR server; its drug library comes from the EMR.
 */
import * as z from 'zod';
import { EntityIdSchema } from '../../../core/contracts/identifiers.ts';
import { AddressSchema, ListenSchema, type Program, runningProgram, type Surroundings, teller } from '../program.ts';
import { repeat } from '../repeat.ts';
import { FhirClient } from './fhir-client.ts';
import { deviceRecord, observation } from './fhir-records.ts';
import { startLibraryService } from './library-service.ts';
import { formatLine, LineClient } from './line-client.ts';
import { Therapy } from './therapy.ts';

/** Ten minutes of therapy at a line a second. */
const KEPT_LINES = 600;
const INFUSION_PUMP = { type: '182722004', display: 'Infusion pump' };
/** LOINC 8962-1: infusion rate that the pump delivers. */
const RATE = { code: '8962-1', display: 'Infusion rate', unit: 'mL/h' };

export const InfusionPumpConfigSchema = z.strictObject({
  id: EntityIdSchema,
  patient: z.string().min(1).max(64),
  /** Local proxy to the results sink. */
  telemetry: AddressSchema,
  /** Local proxy to the FHIR server. */
  fhir: AddressSchema,
  service: ListenSchema,
  lineEverySeconds: z.number().positive().default(1),
  statusEverySeconds: z.number().positive().default(15),
});
export type InfusionPumpConfigInput = z.input<typeof InfusionPumpConfigSchema>;

export async function startInfusionPump(input: InfusionPumpConfigInput, surroundings: Surroundings): Promise<Program> {
  const config = InfusionPumpConfigSchema.parse(input);
  const { id, patient } = config;
  const { nowMs, random } = surroundings;
  const tell = teller('infusion-pump', id, surroundings);
  const therapy = new Therapy(random, nowMs());
  let reading = therapy.read(nowMs());
  const status = () => ({ ...reading, libraryVersion: service.version });
  const service = await startLibraryService(config.service, status, tell);
  const lines = new LineClient({ address: config.telemetry, capacity: KEPT_LINES, random, tell });
  const fhir = new FhirClient(config.fhir, tell);
  let sequence = 0;

  const tick = setInterval(() => {
    const atMs = nowMs();
    reading = therapy.read(atMs);
    sequence += 1;
    const { state, rateMlPerHour: rate, infusedMl: infused, pressureMbar: pressure } = reading;
    const at = new Date(atMs).toISOString();
    lines.send(formatLine('THERAPY', id, { seq: sequence, at, state, rate, infused, pressure }));
  }, config.lineEverySeconds * 1000);

  const report = repeat({
    everyMs: config.statusEverySeconds * 1000,
    random,
    work: async () => {
      const note = `${reading.state}, battery ${reading.batteryPercent} %, library ${service.version}`;
      const record = deviceRecord({ device: id, ...INFUSION_PUMP, note });
      const kept = await fhir.call({ method: 'PUT', target: `Device/${record.id}`, body: record });
      if (kept === undefined) return false;
      const given = { ...RATE, value: reading.rateMlPerHour };
      const body = observation(given, { device: id, patient, category: 'therapy', atMs: nowMs() });
      return (await fhir.call({ method: 'POST', target: 'Observation', body })) !== undefined;
    },
  });
  return runningProgram(tell, {
    port: service.port,
    stop: async () => {
      clearInterval(tick);
      fhir.close();
      await Promise.all([report.stop(), lines.stop(), service.close()]);
    },
  });
}
