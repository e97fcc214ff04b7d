/**
 * Ages as policy sees them: rounded up to steps that grow with the age, so that a decision holds until the next step
 * and can be remembered that long. Rounding is up: nothing ever looks younger than it is.
 */
const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** The age of what never happened: a year, beyond every limit a policy states. */
export const NEVER_SECONDS = 365 * DAY;

/** [up to this age, step] in seconds: every quarter of a minute at first, every hour after a day. */
const STEPS: readonly (readonly [upTo: number, step: number])[] = [
  [5 * MINUTE, 15],
  [HOUR, MINUTE],
  [DAY, 15 * MINUTE],
  [NEVER_SECONDS, HOUR],
];

/** @returns the age in whole seconds, rounded up to its step, at most a year */
export function ageStep(ageMs: number): number {
  const seconds = ageMs / 1000;
  for (const [upTo, step] of STEPS) {
    if (seconds <= upTo) return Math.max(0, Math.ceil(seconds / step)) * step;
  }
  return NEVER_SECONDS;
}

/** @returns the first moment at which the age of something that happened at `atMs` is in another step than now */
export function nextAgeStepMs(atMs: number, nowMs: number): number {
  const step = ageStep(nowMs - atMs);
  return step >= NEVER_SECONDS ? Number.POSITIVE_INFINITY : atMs + step * 1000 + 1;
}

/** Every value an age can have, from the largest down. */
export const AGE_VALUES: readonly number[] = STEPS.flatMap(([upTo, step], index) => {
  const from = STEPS[index - 1]?.[0] ?? -step;
  return Array.from({ length: (upTo - from) / step }, (_, position) => from + (position + 1) * step);
}).reverse();
