/**
 * From score to level, and how long a higher level must have been earned before it is given.
 *
 * | Level | Score from | Dwell before a rise to it |
 * |---|---|---|
 * | 0 none | 0 | |
 * | 1 remediation | 32 | 1 minute |
 * | 2 limited | 45 | 5 minutes |
 * | 3 standard | 52 | 10 minutes |
 * | 4 high | 75 | 24 hours |
 *
 * Without any evidence every factor stands at the base rate, and so does the score: 30, below all of them.
 */
import type { TrustLevel } from '../contracts/levels.ts';

const MINUTE_MS = 60_000;

interface LevelRow {
  readonly level: TrustLevel;
  readonly fromCentipoints: number;
  readonly dwellMs: number;
}

/** Highest first. */
export const LEVEL_TABLE: readonly LevelRow[] = [
  { level: 4, fromCentipoints: 7_500, dwellMs: 24 * 60 * MINUTE_MS },
  { level: 3, fromCentipoints: 5_200, dwellMs: 10 * MINUTE_MS },
  { level: 2, fromCentipoints: 4_500, dwellMs: 5 * MINUTE_MS },
  { level: 1, fromCentipoints: 3_200, dwellMs: MINUTE_MS },
  { level: 0, fromCentipoints: 0, dwellMs: 0 },
];

/** A first assessment shows a moment, not conduct: whatever it earns, it is given no more than this at once. */
export const FIRST_ASSESSMENT_CEILING: TrustLevel = 3;

export const levelOfScore = (centipoints: number): TrustLevel =>
  LEVEL_TABLE.find(({ fromCentipoints }) => centipoints >= fromCentipoints)?.level ?? 0;

export const dwellMs = (level: TrustLevel): number => LEVEL_TABLE.find((row) => row.level === level)?.dwellMs ?? 0;

export const lowerLevel = (left: TrustLevel, right: TrustLevel): TrustLevel => (left <= right ? left : right);

const NEXT: Readonly<Record<TrustLevel, TrustLevel>> = { 0: 1, 1: 2, 2: 3, 3: 4, 4: 4 };

export const levelAbove = (level: TrustLevel): TrustLevel => NEXT[level];
