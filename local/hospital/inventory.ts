/** Who is in the simulated hospital. Made-up makers, models and people; categories and criticalities as in a real one. */
import type { Device, Owners } from '../../core/contracts/entities.ts';
import { timestamp } from '../../core/contracts/identifiers.ts';

export type SystemName = 'fhir' | 'results';

export interface InventoryDevice {
  readonly name: string;
  readonly program: 'infusion-pump' | 'bedside-monitor' | 'analyser' | 'ct';
  readonly category: Device['category'];
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly ward: string;
  readonly criticality: Device['criticality'];
  /** Synthetic patient at the bedside. */
  readonly patient: string | null;
  readonly reaches: readonly SystemName[];
  /** A service that business systems reach through the gateway. */
  readonly service: string | null;
}

const pump = (number: number): InventoryDevice => ({
  name: `pump-${number}`,
  program: 'infusion-pump',
  category: 'infusion-pump',
  manufacturer: 'Northwind Medical',
  model: 'Flow 200',
  firmware: '4.2.1',
  ward: 'icu',
  criticality: 'therapy',
  patient: `patient-${number}`,
  reaches: ['fhir', 'results'],
  service: 'drug-library',
});

export const DEVICES: readonly InventoryDevice[] = [
  pump(1),
  pump(2),
  pump(3),
  {
    name: 'monitor-1',
    program: 'bedside-monitor',
    category: 'patient-monitor',
    manufacturer: 'Northwind Medical',
    model: 'Vista 7',
    firmware: '2.8.0',
    ward: 'icu',
    criticality: 'monitoring',
    patient: 'patient-4',
    reaches: ['fhir'],
    service: null,
  },
  {
    name: 'analyser-1',
    program: 'analyser',
    category: 'analyser',
    manufacturer: 'Labworks',
    model: 'Chem 40',
    firmware: '9.1.3',
    ward: 'laboratory',
    criticality: 'diagnostic',
    patient: null,
    reaches: ['results'],
    service: null,
  },
  {
    name: 'ct-1',
    program: 'ct',
    category: 'imaging',
    manufacturer: 'Lumen Imaging',
    model: 'Helix 64',
    firmware: '12.0.4',
    ward: 'radiology',
    criticality: 'diagnostic',
    patient: null,
    reaches: ['fhir'],
    service: null,
  },
];

export const EMR = 'emr';
export const LAPTOP = 'laptop-rogue';
/** Whose therapy stream the clinical owner has protected. */
export const PROTECTED_DEVICE = 'pump-3';

const OWNERSHIP_MS = 365 * 86_400_000;

export function ownersUntil(nowMs: number): Owners {
  const expiresAt = timestamp(nowMs + OWNERSHIP_MS);
  const owner = (name: string) => ({ name, expiresAt });
  return {
    clinical: owner('Dr Amara Osei'),
    biomedical: owner('Jo Lindqvist'),
    security: owner('Kim Park'),
  };
}
