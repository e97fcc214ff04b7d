/** How a level moves: down at once, up one step at a time and only after the dwell. */
import { timestamp } from '../contracts/identifiers.ts';
import type { TrustLevel } from '../contracts/levels.ts';
import type { TrustState } from '../contracts/trust.ts';
import { dwellMs, FIRST_ASSESSMENT_CEILING, levelAbove, lowerLevel } from './levels.ts';

export type LevelCourse = Pick<TrustState, 'level' | 'levelSince' | 'rising'>;

/**
 * @param earned what criteria and score bear now
 * @param previous the last state, `null` at a first assessment: there is no conduct to be cautious of yet, so the earned
 * level is given at once, up to {@link FIRST_ASSESSMENT_CEILING}
 */
export function courseOf(earned: TrustLevel, previous: LevelCourse | null, nowMs: number): LevelCourse {
  if (previous === null) return at(lowerLevel(earned, FIRST_ASSESSMENT_CEILING), earned, nowMs);
  if (earned < previous.level) return at(earned, earned, nowMs);
  if (earned === previous.level) return { level: earned, levelSince: previous.levelSince, rising: null };
  const rising = previous.rising ?? { level: levelAbove(previous.level), since: timestamp(nowMs) };
  if (nowMs >= dwellEndMs(rising)) return at(rising.level, earned, nowMs);
  return { level: previous.level, levelSince: previous.levelSince, rising };
}

export const dwellEndMs = (rising: NonNullable<LevelCourse['rising']>): number =>
  Date.parse(rising.since) + dwellMs(rising.level);

/** Arrived at a level now; if more is earned, the dwell for the next one begins. */
const at = (level: TrustLevel, earned: TrustLevel, nowMs: number): LevelCourse => ({
  level,
  levelSince: timestamp(nowMs),
  rising: earned > level ? { level: levelAbove(level), since: timestamp(nowMs) } : null,
});
