/** The form of every criterion: a yes or no that no score can make up for. */
import type { Code } from '../../contracts/identifiers.ts';
import type { TrustLevel } from '../../contracts/levels.ts';
import type { TrustCriterion, TrustEvidence } from '../../contracts/trust.ts';
import type { TrustFacts } from '../facts.ts';

export interface TrustCriterionRule {
  readonly criterion: TrustCriterion;
  /** Why the level is what it is, when it is not met. */
  readonly reason: Code;
  /** The highest level that stays open; `null` when the criterion is met. */
  readonly ceiling: (facts: TrustFacts, evidence: readonly TrustEvidence[]) => TrustLevel | null;
}
