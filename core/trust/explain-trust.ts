/** The reason codes of a trust state: what holds the level down, the weightiest first. */
import { type Code, CodeSchema } from '../contracts/identifiers.ts';
import { SeveritySchema } from '../contracts/levels.ts';
import type { TrustEvidence } from '../contracts/trust.ts';
import type { TrustCriterionRule } from './criteria/criterion.ts';
import type { LevelCourse } from './level-course.ts';
import type { Score } from './score.ts';
import { BASE_RATE_PERMILLE } from './weigh-factors.ts';

/** Nobody has looked at the subject yet: its next assessment is the first. */
export const NOT_ASSESSED = 'not-assessed';
const RISE_AWAITS_DWELL = 'rise-awaits-dwell';
/** As many reasons as a trust state holds. */
const MAX_REASONS = 64;
/** Findings below this say nothing about a level. */
const TELLING = SeveritySchema.options.indexOf('medium');

interface TrustCauses {
  readonly unmet: readonly TrustCriterionRule[];
  readonly assessed: boolean;
  readonly evidence: readonly TrustEvidence[];
  readonly score: Score;
  readonly course: LevelCourse;
}

/** Criteria, findings by severity, then `FACTOR-adverse` and `FACTOR-unproven`, then a rise that waits. */
export function reasonsOf({ unmet, assessed, evidence, score, course }: TrustCauses): Code[] {
  const reasons: string[] = [
    ...unmet.map(({ reason }) => reason),
    ...(assessed ? [] : [NOT_ASSESSED]),
    ...findingCodes(evidence),
    ...score.readings.flatMap(({ factor, expectationPpm }) => {
      if (factor.negativeMilli > 0) return [`${factor.rule.factor}-adverse`];
      return expectationPpm <= BASE_RATE_PERMILLE * 1000 ? [`${factor.rule.factor}-unproven`] : [];
    }),
    ...(course.rising === null ? [] : [RISE_AWAITS_DWELL]),
  ];
  return [...new Set(reasons)].filter((reason) => CodeSchema.safeParse(reason).success).slice(0, MAX_REASONS);
}

function findingCodes(evidence: readonly TrustEvidence[]): readonly string[] {
  return evidence
    .flatMap(({ findings }) => findings)
    .map(({ code, severity }) => ({ code, rank: SeveritySchema.options.indexOf(severity) }))
    .filter(({ rank }) => rank >= TELLING)
    .toSorted((left, right) => right.rank - left.rank || (left.code < right.code ? -1 : 1))
    .map(({ code }) => code);
}
