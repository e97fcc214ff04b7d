/**
 * Evidence, factor by factor, in the form in which it can be read at any moment: what speaks for it fades, what speaks
 * against it stays.
 */
import type { EntityKind } from '../contracts/identifiers.ts';
import type { TrustEvidence } from '../contracts/trust.ts';
import type { TrustFactorRule } from './factors/factor.ts';
import { TRUST_FACTOR_RULES } from './factors/registry.ts';
import type { TrustFacts } from './facts.ts';
import { divideDown, halve, PARTS_PER_MILLION } from './fixed-point.ts';
import { HALF_LIFE_MS, PAUSABLE_SOURCES, type PausedSource } from './half-lives.ts';

/** Base rate: how far an unknown subject is trusted. Below every level's threshold. */
export const BASE_RATE_PERMILLE = 300;
/** Subjective logic's non-informative prior: two observations. @see Jøsang, Subjective Logic (2016) §3.3.2 */
const PRIOR_MILLI = 2_000;
/** One source's word is worth a hundred observations at most: a flood of good reports buys nothing. */
export const MAX_VOUCHED_MILLI = 100_000;
/** Against a subject there is no such limit but the contract's own. */
const MAX_NEGATIVE_MILLI = 1_000_000_000;

interface Voucher {
  readonly positiveMilli: number;
  readonly observedAtMs: number;
  readonly halfLifeMs: number;
  /** From here on it does not age. */
  readonly heldFromMs: number;
}

export interface WeighedFactor {
  readonly rule: TrustFactorRule;
  readonly weightPermille: number;
  readonly intrinsicMilli: number;
  readonly negativeMilli: number;
  readonly vouchers: readonly Voucher[];
}

/** One entry a factor that this kind of subject has, in the order of the contract. */
export function weighFactors(
  kind: EntityKind,
  facts: TrustFacts,
  evidence: readonly TrustEvidence[],
  paused: readonly PausedSource[],
): readonly WeighedFactor[] {
  return TRUST_FACTOR_RULES.filter((rule) => rule.weightPermille[kind] > 0).map((rule) => {
    const stated = evidence.filter(({ factor }) => factor === rule.factor);
    const against = stated.reduce((sum, { negativeMilli }) => sum + negativeMilli, 0);
    return {
      rule,
      weightPermille: rule.weightPermille[kind],
      intrinsicMilli: rule.intrinsicMilli?.(facts) ?? 0,
      negativeMilli: Math.min(against, MAX_NEGATIVE_MILLI),
      vouchers: stated
        .filter(({ source, positiveMilli }) => positiveMilli > 0 && rule.vouchers.includes(source))
        .map((statement) => voucher(statement, paused)),
    };
  });
}

function voucher(statement: TrustEvidence, paused: readonly PausedSource[]): Voucher {
  const { source, positiveMilli, observedAt } = statement;
  const pauses = paused.filter((pause) => pause.source === source && PAUSABLE_SOURCES.has(source));
  return {
    positiveMilli: Math.min(positiveMilli, MAX_VOUCHED_MILLI),
    observedAtMs: Date.parse(observedAt),
    halfLifeMs: HALF_LIFE_MS[source],
    heldFromMs: Math.min(Number.POSITIVE_INFINITY, ...pauses.map(({ sinceMs }) => sinceMs)),
  };
}

/** What still speaks for the subject at a moment, in thousandths of an observation. */
export const positiveAt = (factor: WeighedFactor, atMs: number): number =>
  factor.vouchers.reduce((sum, { positiveMilli, observedAtMs, halfLifeMs, heldFromMs }) => {
    const ageMs = Math.max(0, Math.min(atMs, heldFromMs) - observedAtMs);
    return sum + halve(positiveMilli, ageMs, halfLifeMs);
  }, factor.intrinsicMilli);

/** (r + 2a) / (r + s + 2) in millionths, never 0: a logarithm is taken of it. */
export function expectationPpm(positiveMilli: number, negativeMilli: number): number {
  const expected = positiveMilli + divideDown(PRIOR_MILLI * BASE_RATE_PERMILLE, 1000);
  const all = positiveMilli + negativeMilli + PRIOR_MILLI;
  return Math.max(1, divideDown(expected * PARTS_PER_MILLION, all));
}
