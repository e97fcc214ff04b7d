/** Which column of the freshness matrix an access belongs to. */
import type { Entity } from '../contracts/entities.ts';
import type { ActionDefinition } from '../policy/actions/action-table.ts';

export type TrafficClass = 'care' | 'business' | 'privileged';

/**
 * Administration, export and a vendor's hand are privileged whatever they touch. Otherwise care is what reaches a
 * system or device that care depends on; people, applications and administrative systems are business.
 */
export function trafficClass(object: Entity, action: ActionDefinition): TrafficClass {
  if (action.groups.has('privileged')) return 'privileged';
  const criticality = 'criticality' in object ? object.criticality : 'administrative';
  return criticality === 'administrative' ? 'business' : 'care';
}
