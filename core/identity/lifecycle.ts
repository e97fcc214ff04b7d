/** Where an entity may go from where it is: the one table of lifecycle transitions. @see design.md 4 */
import type { LifecycleState } from '../contracts/levels.ts';
import { failure, type Result, success } from '../result.ts';

/**
 * `registered → enrolled → assessed → admitted ⇄ restricted ⇄ quarantined → retired`.
 *
 * Nothing reaches `admitted`, `restricted` or `quarantined` without having been `assessed`. Quarantine is left for
 * `restricted` only, so that a released device earns its way back. Retirement is possible from everywhere and final.
 */
export const LIFECYCLE_TRANSITIONS: Readonly<Record<LifecycleState, readonly LifecycleState[]>> = {
  registered: ['enrolled', 'retired'],
  enrolled: ['assessed', 'retired'],
  assessed: ['admitted', 'restricted', 'quarantined', 'retired'],
  admitted: ['restricted', 'quarantined', 'retired'],
  restricted: ['admitted', 'quarantined', 'retired'],
  quarantined: ['restricted', 'retired'],
  retired: [],
};

export const canTransition = (from: LifecycleState, to: LifecycleState): boolean =>
  LIFECYCLE_TRANSITIONS[from].includes(to);

/**
 * One step in the table. Staying where one is is no transition: re-enrolment keeps the state and does not ask.
 * @returns the new state, or `transition-illegal`
 */
export function transition(from: LifecycleState, to: LifecycleState): Result<LifecycleState, 'transition-illegal'> {
  if (canTransition(from, to)) return success(to);
  return failure('transition-illegal', `an entity that is ${from} cannot become ${to}`);
}
