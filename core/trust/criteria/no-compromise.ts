/** Nothing says it is in another's hands: no fact, and no critical finding of any source that still stands. */
import type { TrustCriterionRule } from './criterion.ts';

export const noCompromise: TrustCriterionRule = {
  criterion: 'no-compromise',
  reason: 'compromise-found',
  ceiling: (facts, evidence) =>
    facts.compromised || evidence.some(({ findings }) => findings.some(({ severity }) => severity === 'critical'))
      ? 1
      : null,
};
