/** The form of every trust factor: who may vouch for it, how heavy it is, and what each level demands of it. */
import type { EntityKind } from '../../contracts/identifiers.ts';
import type { TrustLevel } from '../../contracts/levels.ts';
import type { EvidenceSource, TrustFactor } from '../../contracts/trust.ts';
import type { TrustFacts } from '../facts.ts';

export interface TrustFactorRule {
  readonly factor: TrustFactor;
  /** Exponent in the product, in thousandths; 0 where a kind of subject has no such factor. Sums to 1000 a kind. */
  readonly weightPermille: Readonly<Record<EntityKind, number>>;
  /** Whose good word counts. Anybody's bad word does. */
  readonly vouchers: readonly EvidenceSource[];
  /** The least expectation, in millionths, with which a level can be held: one weak factor is not bought back by the rest. */
  readonly floorPpm: Readonly<Record<TrustLevel, number>>;
  /** Good observations that lie in the facts themselves, in thousandths. They hold as long as the fact does. */
  readonly intrinsicMilli?: (facts: TrustFacts) => number;
}

/** For what is not known at first: a level up to 3 bears ignorance, not bad evidence; level 4 wants it known and good. */
export const KNOWN_FOR_HIGH: TrustFactorRule['floorPpm'] = { 0: 0, 1: 0, 2: 100_000, 3: 200_000, 4: 600_000 };
/** For what may stay unknown for ever: only bad evidence lowers. */
export const NEVER_BAD: TrustFactorRule['floorPpm'] = { 0: 0, 1: 0, 2: 100_000, 3: 200_000, 4: 300_000 };
