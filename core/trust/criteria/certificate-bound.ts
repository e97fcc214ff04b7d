/** A certificate in force is bound to the identity. Without one nobody knows who this is. */
import type { TrustCriterionRule } from './criterion.ts';

export const certificateBound: TrustCriterionRule = {
  criterion: 'certificate-bound',
  reason: 'certificate-not-bound',
  ceiling: (facts) => (facts.certificateBound ? null : 0),
};
