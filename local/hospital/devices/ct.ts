/** A CT: reads its worklist, takes the studies that are ordered there, and tells that they are available. */
import * as z from 'zod';
import { EntityIdSchema, nameOf } from '../../../core/contracts/identifiers.ts';
import { AddressSchema, type Program, runningProgram, type Surroundings, teller } from '../program.ts';
import { repeat } from '../repeat.ts';
import { FhirClient } from './fhir-client.ts';

const SCANNER = 'http://snomed.info/sct|363679005';
const DICOM = 'http://dicom.nema.org/resources/ontology/DCM';
const MAX_STUDIES_A_ROUND = 5;
const MAX_SLICES = 320;

export const CtConfigSchema = z.strictObject({
  id: EntityIdSchema,
  /** Local proxy to the FHIR server. */
  fhir: AddressSchema,
  everySeconds: z.number().positive().default(20),
});
export type CtConfigInput = z.input<typeof CtConfigSchema>;

const WorklistSchema = z.looseObject({
  entry: z.array(
    z.looseObject({
      resource: z.looseObject({ id: z.string().max(64), subject: z.looseObject({ reference: z.string() }) }),
    }),
  ),
});
type Order = z.infer<typeof WorklistSchema>['entry'][number]['resource'];

export function startCt(input: CtConfigInput, surroundings: Surroundings): Promise<Program> {
  const { id, fhir: address, everySeconds } = CtConfigSchema.parse(input);
  const { nowMs, random } = surroundings;
  const tell = teller('ct', id, surroundings);
  const fhir = new FhirClient(address, tell);

  /** Under an id made of the order's, so that a notice that is sent twice is one study. */
  const scan = async (order: Order): Promise<boolean> => {
    const study = `${nameOf(id)}-${order.id}`.slice(-64);
    const body = {
      resourceType: 'ImagingStudy',
      id: study,
      status: 'available',
      basedOn: [{ reference: `ServiceRequest/${order.id}` }],
      subject: { reference: order.subject.reference },
      started: new Date(nowMs()).toISOString(),
      modality: [{ system: DICOM, code: 'CT' }],
      numberOfSeries: 1,
      numberOfInstances: 1 + Math.floor(random() * MAX_SLICES),
    };
    const kept = await fhir.call({ method: 'PUT', target: `ImagingStudy/${study}`, body });
    if (kept !== undefined) tell('study-sent');
    return kept !== undefined;
  };
  const work = async (): Promise<boolean> => {
    const query = new URLSearchParams({ status: 'active', category: SCANNER, _count: String(MAX_STUDIES_A_ROUND) });
    const answer = await fhir.call({ method: 'GET', target: `ServiceRequest?${query}` });
    const worklist = WorklistSchema.safeParse(answer);
    if (!worklist.success) return false;
    for (const { resource } of worklist.data.entry) if (!(await scan(resource))) return false;
    return true;
  };
  const rounds = repeat({ everyMs: everySeconds * 1000, random, work });
  const stop = (): Promise<void> => {
    fhir.close();
    return rounds.stop();
  };
  return Promise.resolve(runningProgram(tell, { orders: { scan: () => rounds.now() }, stop }));
}
