/** A bedside monitor: the vital signs of one patient, written to the FHIR server as they are measured. */
import * as z from 'zod';
import { EntityIdSchema } from '../../../core/contracts/identifiers.ts';
import { AddressSchema, type Program, runningProgram, type Surroundings, teller } from '../program.ts';
import { repeat } from '../repeat.ts';
import { FhirClient } from './fhir-client.ts';
import { deviceRecord, observation } from './fhir-records.ts';

const MONITOR = { type: '258056004', display: 'Patient monitor' };

interface Sign {
  /** LOINC. */
  readonly code: string;
  readonly display: string;
  readonly unit: string;
  readonly usual: number;
  readonly spread: number;
}
const SIGNS: readonly Sign[] = [
  { code: '8867-4', display: 'Heart rate', unit: '/min', usual: 78, spread: 14 },
  { code: '59408-5', display: 'Oxygen saturation', unit: '%', usual: 97, spread: 2 },
  { code: '9279-1', display: 'Respiratory rate', unit: '/min', usual: 15, spread: 4 },
];
/** How much of the way back to the usual value a sign goes at each measurement. */
const PULL = 0.2;

export const BedsideMonitorConfigSchema = z.strictObject({
  id: EntityIdSchema,
  patient: z.string().min(1).max(64),
  /** Local proxy to the FHIR server. */
  fhir: AddressSchema,
  everySeconds: z.number().positive().default(5),
});
export type BedsideMonitorConfigInput = z.input<typeof BedsideMonitorConfigSchema>;

export function startBedsideMonitor(input: BedsideMonitorConfigInput, surroundings: Surroundings): Promise<Program> {
  const { id, patient, fhir: address, everySeconds } = BedsideMonitorConfigSchema.parse(input);
  const { nowMs, random } = surroundings;
  const tell = teller('bedside-monitor', id, surroundings);
  const fhir = new FhirClient(address, tell);
  const levels = new Map(SIGNS.map(({ code, usual }) => [code, usual]));
  let recorded = false;

  const measure = ({ code, usual, spread }: Sign): number => {
    const last = levels.get(code) ?? usual;
    const next = last + (usual - last) * PULL + (random() - 0.5) * spread;
    levels.set(code, next);
    return Math.round(next);
  };
  const work = async (): Promise<boolean> => {
    if (!recorded) {
      const body = deviceRecord({ device: id, ...MONITOR, note: 'monitoring' });
      if ((await fhir.call({ method: 'PUT', target: `Device/${body.id}`, body })) === undefined) return false;
      recorded = true;
    }
    for (const sign of SIGNS) {
      const { code, display, unit } = sign;
      const by = { device: id, patient, category: 'vital-signs', atMs: nowMs() } as const;
      const body = observation({ code, display, unit, value: measure(sign) }, by);
      // What a monitor could not tell is stale by the next time: it is not kept.
      if ((await fhir.call({ method: 'POST', target: 'Observation', body })) === undefined) return false;
    }
    return true;
  };
  const rounds = repeat({ everyMs: everySeconds * 1000, random, work });
  const stop = (): Promise<void> => {
    fhir.close();
    return rounds.stop();
  };
  return Promise.resolve(runningProgram(tell, { stop }));
}
