/** The FHIR resources that devices write. */
import { type EntityId, nameOf } from '../../../core/contracts/identifiers.ts';

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
const SNOMED = 'http://snomed.info/sct';

export interface Measure {
  /** LOINC. */
  readonly code: string;
  readonly display: string;
  readonly value: number;
  /** UCUM. */
  readonly unit: string;
}

export interface MeasuredBy {
  readonly device: EntityId;
  readonly patient: string;
  readonly category: 'vital-signs' | 'therapy';
  readonly atMs: number;
}

export const observation = (measure: Measure, { device, patient, category, atMs }: MeasuredBy): unknown => ({
  resourceType: 'Observation',
  status: 'final',
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }] }],
  code: { coding: [{ system: LOINC, code: measure.code, display: measure.display }] },
  subject: { reference: `Patient/${patient}` },
  device: { reference: `Device/${nameOf(device)}` },
  effectiveDateTime: new Date(atMs).toISOString(),
  valueQuantity: { value: measure.value, unit: measure.unit, system: UCUM, code: measure.unit },
});

export interface DeviceStatus {
  readonly device: EntityId;
  /** SNOMED CT code of what it is. */
  readonly type: string;
  readonly display: string;
  readonly note: string;
}

export const deviceRecord = ({ device, type, display, note }: DeviceStatus) => ({
  resourceType: 'Device' as const,
  id: nameOf(device),
  identifier: [{ system: 'urn:vitalgate:device', value: device }],
  status: 'active',
  type: { coding: [{ system: SNOMED, code: type, display }] },
  note: [{ text: note }],
});
