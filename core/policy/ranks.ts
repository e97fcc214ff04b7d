/** The ordered scales as numbers, because Cedar compares numbers and not letters. */
import type { DeviationBand, FreshnessBand, PostureGrade } from '../contracts/levels.ts';

/** From worst to best. Not knowing is better than knowing the worst, and worse than anything else. */
export const POSTURE_RANK: Readonly<Record<PostureGrade | 'unknown', number>> = {
  F: 0,
  unknown: 1,
  E: 2,
  D: 3,
  C: 4,
  B: 5,
  A: 6,
};

/** From best to worst. */
export const DEVIATION_RANK: Readonly<Record<DeviationBand, number>> = {
  normal: 0,
  unknown: 1,
  elevated: 2,
  high: 3,
  critical: 4,
};

/** From worst to best. */
export const FRESHNESS_RANK: Readonly<Record<FreshnessBand, number>> = {
  expired: 0,
  isolated: 1,
  stale: 2,
  recent: 3,
  fresh: 4,
};
