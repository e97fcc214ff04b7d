/**
 * An entity of the libraries as Cedar sees it: attributes by the schema, and all parents stated flat, so that no parent
 * has to travel with it.
 */
import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Device, Entity } from '../contracts/entities.ts';
import type { EntityKind } from '../contracts/identifiers.ts';
import { requiredLevelOf } from './required-level.ts';
import { withImpliedRoles } from './roles.ts';
import { NAMESPACE } from './schema.ts';

const CEDAR_TYPE: Readonly<Record<EntityKind, string>> = {
  device: 'Device',
  user: 'User',
  application: 'Application',
  resource: 'Resource',
  gateway: 'Gateway',
};

export const cedarType = (kind: EntityKind): string => CEDAR_TYPE[kind];
export const cedarUid = (type: string, id: string): TypeAndId => ({ type: `${NAMESPACE}::${type}`, id });
export const cedarReference = (type: string, id: string): CedarValueJson => ({ __entity: cedarUid(type, id) });

/** One flat key of a uid, as `Vitalgate::Group/north:icu`. */
export const uidKey = (uid: TypeAndId): string => `${uid.type}/${uid.id}`;

/** A group, ward or zone is named inside its site. */
const local = (entity: Entity, label: string): string => `${entity.site}:${label}`;

/** Ward names count as group names: what serves a ward serves its devices and its people. */
const groupLabels = (entity: Entity): string[] => {
  const wards = entity.kind === 'device' ? [entity.ward] : entity.kind === 'user' ? entity.wards : [];
  return [...new Set([...entity.groups, ...wards])];
};

/**
 * @param hubs the hubs a device speaks through, nearest first: a policy for a hub holds for what is behind it
 */
export function cedarEntity(entity: Entity, hubs: readonly Device[] = []): EntityJson {
  const groups = groupLabels(entity).map((label) => cedarUid('Group', local(entity, label)));
  const parents = [cedarUid('Site', entity.site), ...groups];
  if ('zone' in entity) parents.push(cedarUid('Zone', local(entity, entity.zone)));
  if (entity.kind === 'device') parents.push(cedarUid('Ward', local(entity, entity.ward)));
  if (entity.kind === 'user') {
    parents.push(...withImpliedRoles(entity.roles).map((role) => cedarUid('Role', role)));
    parents.push(...entity.wards.map((ward) => cedarUid('Ward', local(entity, ward))));
  }
  parents.push(...hubs.map((hub) => cedarUid('Device', hub.id)));
  return { uid: cedarUid(CEDAR_TYPE[entity.kind], entity.id), attrs: attributesOf(entity, groups), parents };
}

function attributesOf(entity: Entity, groups: readonly TypeAndId[]): Record<string, CedarValueJson> {
  const zone = 'zone' in entity ? { zone: cedarReference('Zone', local(entity, entity.zone)) } : {};
  if (entity.kind === 'gateway') return zone;
  const common = {
    requiredLevel: requiredLevelOf(entity),
    groups: groups.map((group) => ({ __entity: group })),
    ...zone,
  };
  switch (entity.kind) {
    case 'device':
      return {
        ...common,
        category: entity.category,
        manufacturer: entity.manufacturer,
        model: entity.model,
        ...(entity.firmware === null ? {} : { firmware: entity.firmware }),
        criticality: entity.criticality,
        securityLevel: entity.securityLevel,
        ward: cedarReference('Ward', local(entity, entity.ward)),
      };
    case 'user':
      return { ...common, roles: withImpliedRoles(entity.roles) };
    case 'application':
      return { ...common, purpose: entity.purpose };
    case 'resource':
      return {
        ...common,
        category: entity.category,
        protocol: entity.protocol,
        criticality: entity.criticality,
        dataClass: entity.dataClass,
      };
    default:
      return common;
  }
}
