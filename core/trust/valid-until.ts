/** Until when a level stands if nothing new is heard. */
import type { LevelCourse } from './level-course.ts';
import { dwellEndMs } from './level-course.ts';
import { scoreAt } from './score.ts';
import type { WeighedFactor } from './weigh-factors.ts';

/** Judged again at least this often, so that no state is trusted for being old. */
const MAX_VALIDITY_MS = 24 * 3_600_000;
/** No timestamp lies beyond the year 9999. */
const LAST_TIMESTAMP_MS = Date.UTC(9999, 11, 31);
/** Decay is followed to the second. */
const STEP_MS = 1_000;

/** The first moment at which decay or dwell can change the level, {@link MAX_VALIDITY_MS} ahead at most. */
export function validUntilMs(factors: readonly WeighedFactor[], course: LevelCourse, nowMs: number): number {
  const dwell = course.rising === null ? Number.POSITIVE_INFINITY : dwellEndMs(course.rising);
  return Math.min(fallsAtMs(factors, course, nowMs), dwell, nowMs + MAX_VALIDITY_MS, LAST_TIMESTAMP_MS);
}

/** Scores only fall with time, so the moment is found by halving the interval. */
function fallsAtMs(factors: readonly WeighedFactor[], { level }: LevelCourse, nowMs: number): number {
  const holds = (steps: number): boolean => scoreAt(factors, nowMs + steps * STEP_MS).earned >= level;
  let held = 0;
  let fallen = MAX_VALIDITY_MS / STEP_MS;
  if (level === 0 || holds(fallen)) return Number.POSITIVE_INFINITY;
  while (fallen - held > 1) {
    const middle = held + Math.floor((fallen - held) / 2);
    if (holds(middle)) held = middle;
    else fallen = middle;
  }
  return nowMs + fallen * STEP_MS;
}
