/** The hospital's records as they are registered: entities without what the control plane adds. */
import type { Application, Device, Resource } from '../../core/contracts/entities.ts';
import { entityId, type SiteId } from '../../core/contracts/identifiers.ts';
import { DEVICES, EMR, type InventoryDevice, ownersUntil, type SystemName } from './inventory.ts';
import { aliasOf, type HospitalPlan, portOf, serviceKey, systemKey } from './plan.ts';

/** Without `site` and `version`, which are the control plane's. */
export type NewEntity<T> = Omit<T, 'site' | 'version'>;
export type HospitalRecord = NewEntity<Device> | NewEntity<Resource> | NewEntity<Application>;

export interface RecordFacts {
  readonly site: SiteId;
  readonly plan: HospitalPlan;
  readonly nowMs: number;
}

export const hospitalRecords = (facts: RecordFacts): readonly HospitalRecord[] => [
  resource(facts, 'fhir', {
    protocol: 'http',
    category: 'fhir',
    groups: ['icu', 'radiology'],
    criticality: 'therapy',
    dataClass: 'clinical',
    requiredLevel: 3,
  }),
  resource(facts, 'results', {
    protocol: 'tcp',
    category: 'results',
    groups: ['icu', 'laboratory'],
    criticality: 'therapy',
    dataClass: 'clinical',
    requiredLevel: 2,
  }),
  {
    kind: 'application',
    id: entityId(`${facts.site}:${EMR}`),
    groups: ['icu'],
    owners: ownersUntil(facts.nowMs),
    purpose: 'electronic medical record',
    zone: 'clinical',
  },
  ...DEVICES.map((one) => device(facts, one)),
];

type ResourceTraits = Pick<
  Resource,
  'protocol' | 'category' | 'groups' | 'criticality' | 'dataClass' | 'requiredLevel'
>;

const resource = (
  { site, plan, nowMs }: RecordFacts,
  name: SystemName,
  traits: ResourceTraits,
): NewEntity<Resource> => ({
  kind: 'resource',
  id: entityId(`${site}:${name}`),
  owners: ownersUntil(nowMs),
  alias: aliasOf(plan, systemKey(name)),
  upstream: { host: '127.0.0.1', port: portOf(plan, systemKey(name)), tls: true },
  zone: 'clinical',
  ...traits,
});

const device = ({ site, plan, nowMs }: RecordFacts, one: InventoryDevice): NewEntity<Device> => ({
  kind: 'device',
  id: entityId(`${site}:${one.name}`),
  groups: [],
  owners: ownersUntil(nowMs),
  category: one.category,
  manufacturer: one.manufacturer,
  model: one.model,
  firmware: one.firmware,
  ward: one.ward,
  zone: 'clinical',
  criticality: one.criticality,
  securityLevel: 2,
  identifiers: { serial: `SN-${one.name}` },
  services:
    one.service === null
      ? []
      : [
          {
            name: one.service,
            alias: aliasOf(plan, serviceKey(one.name)),
            protocol: 'http',
            port: portOf(plan, serviceKey(one.name)),
          },
        ],
  behind: null,
});
