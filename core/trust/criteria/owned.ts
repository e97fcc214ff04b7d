/** Somebody answers for it. No owner, no effect: only remediation is left. */
import type { TrustCriterionRule } from './criterion.ts';

export const owned: TrustCriterionRule = {
  criterion: 'owned',
  reason: 'owner-missing',
  ceiling: (facts) => (facts.owned ? null : 1),
};
