/** The radiology desk: orders appear on the worklist, and the arrival of the study that answers one closes it. */
import type { FhirStore } from './fhir-store.ts';
import type { FhirResource } from './resource-types.ts';
import { TEST_DATA } from './synthetic-patients.ts';

/** SNOMED CT. */
const IMAGING = { system: 'http://snomed.info/sct', code: '363679005', display: 'Imaging' };
const HEAD_CT = { system: 'http://snomed.info/sct', code: '303653007', display: 'Computed tomography of head' };
/** A worklist that nobody reads does not grow for ever. */
const MAX_OPEN_ORDERS = 20;

/** @param random from 0 to 1 @returns undefined when enough are waiting */
export function placeOrder(store: FhirStore, random: () => number, nowMs: number): FhirResource | undefined {
  const patients = [...store.all('Patient')];
  const open = [...store.all('ServiceRequest')].filter((one) => one['status'] === 'active');
  const patient = patients[Math.floor(random() * patients.length)];
  if (patient === undefined || open.length >= MAX_OPEN_ORDERS) return undefined;
  return store.create({
    resourceType: 'ServiceRequest',
    meta: TEST_DATA,
    status: 'active',
    intent: 'order',
    category: [{ coding: [IMAGING] }],
    code: { coding: [HEAD_CT] },
    subject: { reference: `Patient/${patient.id}` },
    authoredOn: new Date(nowMs).toISOString(),
  });
}

/** Completes the orders that an available study names. */
export function closeOrders(store: FhirStore, study: FhirResource): void {
  if (study.resourceType !== 'ImagingStudy' || study['status'] !== 'available') return;
  for (const { reference } of (study['basedOn'] ?? []) as readonly { readonly reference: string }[]) {
    const order = store.read('ServiceRequest', reference.replace(/^ServiceRequest\//, ''));
    if (order === undefined || order === 'gone' || order['status'] !== 'active') continue;
    store.put({ ...order, status: 'completed' }, order.id);
  }
}
