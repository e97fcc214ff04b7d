/** Every criterion there is, in the order of the contract. */
import { certificateBound } from './certificate-bound.ts';
import type { TrustCriterionRule } from './criterion.ts';
import { noCompromise } from './no-compromise.ts';
import { noExploitedVulnerability } from './no-exploited-vulnerability.ts';
import { notRevoked } from './not-revoked.ts';
import { owned } from './owned.ts';
import { stateAdmits } from './state-admits.ts';

export const TRUST_CRITERION_RULES: readonly TrustCriterionRule[] = [
  certificateBound,
  stateAdmits,
  notRevoked,
  owned,
  noExploitedVulnerability,
  noCompromise,
];
