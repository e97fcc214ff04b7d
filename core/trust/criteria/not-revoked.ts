/** Nothing about the identity has been revoked. */
import type { TrustCriterionRule } from './criterion.ts';

export const notRevoked: TrustCriterionRule = {
  criterion: 'not-revoked',
  reason: 'identity-revoked',
  ceiling: (facts) => (facts.revoked ? 0 : null),
};
