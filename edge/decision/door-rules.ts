/**
 * Who may use the gateway's own two doors. They are not resources and no policy speaks of them: the posture door must
 * stay open for whoever is to be remedied, and the tunnel is the way to a device, not an access by it.
 */
import type { EntityRef } from '../../core/contracts/identifiers.ts';
import type { LifecycleState } from '../../core/contracts/levels.ts';
import type { SiteView } from '../../core/decision/site-view.ts';

export type Door = 'tunnel' | 'posture-door';

/**
 * A device that was never admitted holds no tunnel: nothing may be reached on it yet. A quarantined one reports and is
 * told, and is reached by no one.
 */
const STATES: Readonly<Record<Door, ReadonlySet<LifecycleState>>> = {
  tunnel: new Set(['admitted', 'restricted']),
  'posture-door': new Set(['enrolled', 'assessed', 'admitted', 'restricted', 'quarantined']),
};

/** @returns reasons against it; none when the door is open */
export function doorRefusals(door: Door, subject: EntityRef, view: SiteView): string[] {
  if (subject.kind !== 'device') return ['subject-kind'];
  if (view.entity(subject) === undefined) return ['subject-unknown'];
  const state = view.state(subject)?.state;
  if (state === undefined) return ['subject-unknown'];
  if (!STATES[door].has(state)) return [`state-${state}`];
  return door === 'tunnel' && view.withdrawn('owner', subject.id) ? ['owner-withdrawn'] : [];
}
