/** Patients that never were, made anew at each start and the same each time. Marked as test data in every record. */
import type { FhirStore } from './fhir-store.ts';
import type { FhirContent } from './resource-types.ts';

const FAMILIES = ['Ashwood', 'Birchall', 'Cedarholm', 'Dogwood', 'Elmhurst', 'Firth'] as const;
const GIVEN = ['Robin', 'Sasha', 'Kim', 'Noor', 'Alex', 'Jo', 'Mika', 'Chris', 'Toni', 'Uli', 'Lee', 'Sam'] as const;
const GENDERS = ['female', 'male', 'other'] as const;
const FIRST_BIRTH_YEAR = 1934;
const YEARS_APART = 6;

/** @see HL7 v3 ActReason */
export const TEST_DATA = {
  security: [
    { system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HTEST', display: 'test health data' },
  ],
};

const patient = (given: string, index: number): FhirContent => ({
  resourceType: 'Patient',
  meta: TEST_DATA,
  identifier: [{ system: 'https://hospital.example/record-number', value: String(700_001 + index * 37) }],
  active: true,
  name: [{ use: 'official', family: FAMILIES[index % FAMILIES.length], given: [given] }],
  gender: GENDERS[index % GENDERS.length],
  birthDate: `${FIRST_BIRTH_YEAR + index * YEARS_APART}-${String((index % 12) + 1).padStart(2, '0')}-17`,
});

/** Stores `patient-1` to `patient-12`. */
export function seedPatients(store: FhirStore): void {
  for (const [index, given] of GIVEN.entries()) store.put(patient(given, index), `patient-${index + 1}`);
}
