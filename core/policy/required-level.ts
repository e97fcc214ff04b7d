/**
 * The level an access to something other than a registered resource demands. A resource states its own; for a device it
 * follows from what depends on it, and a person or an application is protected as an ordinary system is.
 */
import type { Entity } from '../contracts/entities.ts';
import type { Criticality, TrustLevel } from '../contracts/levels.ts';

const BY_CRITICALITY: Readonly<Record<Criticality, TrustLevel>> = {
  'life-sustaining': 3,
  therapy: 3,
  diagnostic: 2,
  monitoring: 2,
  administrative: 2,
};
const ORDINARY_SYSTEM: TrustLevel = 2;

export function requiredLevelOf(entity: Entity): TrustLevel {
  if (entity.kind === 'resource') return entity.requiredLevel;
  return entity.kind === 'device' ? BY_CRITICALITY[entity.criticality] : ORDINARY_SYSTEM;
}
