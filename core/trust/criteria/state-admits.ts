/**
 * Its place in the lifecycle allows trust. `enrolled` and `assessed` do, or nothing could ever be admitted; `restricted`
 * narrows what may be done by policy, not what is believed. Quarantine leaves what remedies it.
 */
import type { LifecycleState, TrustLevel } from '../../contracts/levels.ts';
import type { TrustCriterionRule } from './criterion.ts';

const CEILINGS: Readonly<Record<LifecycleState, TrustLevel | null>> = {
  registered: 0,
  enrolled: null,
  assessed: null,
  admitted: null,
  restricted: null,
  quarantined: 1,
  retired: 0,
};

export const stateAdmits: TrustCriterionRule = {
  criterion: 'state-admits',
  reason: 'state-does-not-admit',
  ceiling: (facts) => CEILINGS[facts.state],
};
