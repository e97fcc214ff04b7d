/** Waiting times that double from try to try, with full jitter: a ward of devices must not come back all at once. */

export interface Backoff {
  /** The next waiting time in milliseconds. */
  next(): number;
  /** After a success. */
  reset(): void;
}

/** @param random from 0 to 1 */
export function createBackoff(firstMs: number, maximumMs: number, random: () => number): Backoff {
  let ceilingMs = firstMs;
  return {
    next() {
      const waitMs = Math.round((firstMs + random() * ceilingMs) / 2);
      ceilingMs = Math.min(ceilingMs * 2, maximumMs);
      return waitMs;
    },
    reset() {
      ceilingMs = firstMs;
    },
  };
}
