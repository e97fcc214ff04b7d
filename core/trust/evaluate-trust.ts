/**
 * The trust of one subject: criteria first, then factors, a score, and the level that policy sees.
 *
 * Pure and in integers: the same input gives the same bytes in the cloud, at the gateway and in a replay. Evidence in any
 * order gives the same state.
 * @see A. Jøsang, Subjective Logic (Springer 2016); NIST SP 800-207 §3.3 (trust algorithm)
 */
import { type EntityRef, timestamp } from '../contracts/identifiers.ts';
import type { TrustLevel } from '../contracts/levels.ts';
import type { TrustEvidence, TrustState } from '../contracts/trust.ts';
import { canonicalDigest } from '../signing/digest.ts';
import type { TrustCriterionRule } from './criteria/criterion.ts';
import { TRUST_CRITERION_RULES } from './criteria/registry.ts';
import { NOT_ASSESSED, reasonsOf } from './explain-trust.ts';
import type { TrustFacts } from './facts.ts';
import { divideDown } from './fixed-point.ts';
import type { PausedSource } from './half-lives.ts';
import { courseOf } from './level-course.ts';
import { lowerLevel } from './levels.ts';
import { mergeEvidence } from './merge-evidence.ts';
import { contributionsOf, scoreAt } from './score.ts';
import { validUntilMs } from './valid-until.ts';
import { type WeighedFactor, weighFactors } from './weigh-factors.ts';

const CENTIPOINTS_PER_POINT = 100;

export interface TrustInput {
  readonly subject: EntityRef;
  readonly facts: TrustFacts;
  /** All that is held; statements about others are ignored, and of each source and factor the newest counts. */
  readonly evidence: readonly TrustEvidence[];
  /** The state that holds now; `null` when there never was one. */
  readonly previous: TrustState | null;
  readonly nowMs: number;
  /** Only evidence that the cloud alone can renew is held; a subject's own silence is not excused. */
  readonly pausedSources?: readonly PausedSource[];
}

export function evaluateTrust(input: TrustInput): TrustState {
  const { subject, facts, previous, nowMs } = input;
  const own = input.evidence.filter((one) => one.subject.id === subject.id && one.subject.kind === subject.kind);
  const { evidence } = mergeEvidence([], own);
  const factors = weighFactors(subject.kind, facts, evidence, input.pausedSources ?? []);
  const { unmet, ceiling } = judgeCriteria(facts, evidence);
  const score = scoreAt(factors, nowMs);
  const conduct = previous?.reasons.includes(NOT_ASSESSED) ? null : previous;
  const assessed = conduct !== null || isAssessed(factors, facts, evidence);
  const course = courseOf(lowerLevel(score.earned, ceiling), conduct, nowMs);
  const body: Omit<TrustState, 'digest'> = {
    schema: 'vitalgate.trust-state/1',
    subject,
    evaluatedAt: timestamp(nowMs),
    score: divideDown(score.centipoints, CENTIPOINTS_PER_POINT),
    ...course,
    unmetCriteria: unmet.map(({ criterion }) => criterion),
    contributions: contributionsOf(score),
    reasons: reasonsOf({ unmet, assessed, evidence, score, course }),
    validUntil: timestamp(validUntilMs(factors, course, nowMs)),
  };
  return { ...body, digest: canonicalDigest(body) };
}

function judgeCriteria(
  facts: TrustFacts,
  evidence: readonly TrustEvidence[],
): { readonly unmet: readonly TrustCriterionRule[]; readonly ceiling: TrustLevel } {
  const unmet: TrustCriterionRule[] = [];
  let lowest: TrustLevel = 4;
  for (const rule of TRUST_CRITERION_RULES) {
    const ceiling = rule.ceiling(facts, evidence);
    if (ceiling === null) continue;
    unmet.push(rule);
    lowest = lowerLevel(lowest, ceiling);
  }
  return { unmet, ceiling: lowest };
}

/**
 * From when on there is conduct to be cautious of: once anything spoke against the subject, and once its posture was stated;
 * for what has no posture, once its identity is known.
 */
function isAssessed(factors: readonly WeighedFactor[], facts: TrustFacts, evidence: readonly TrustEvidence[]): boolean {
  if (evidence.some(({ negativeMilli, findings }) => negativeMilli > 0 || findings.length > 0)) return true;
  const hasPosture = factors.some(({ rule }) => rule.factor === 'posture');
  return hasPosture ? evidence.some(({ factor }) => factor === 'posture') : facts.certificateBound;
}
