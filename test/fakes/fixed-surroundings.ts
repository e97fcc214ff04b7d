/** A clock that stands until it is moved, randomness that counts, and sleep that moves the clock. */
import type { Surroundings } from '../../functions/adapters/ports/clock.ts';

export interface FixedSurroundings extends Surroundings {
  now: number;
  readonly slept: number[];
}

export function fixedSurroundings(nowMs: number): FixedSurroundings {
  let drawn = 0;
  const surroundings: FixedSurroundings = {
    now: nowMs,
    slept: [],
    nowMs: () => surroundings.now,
    randomBytes: (count) => Uint8Array.from({ length: count }, () => ++drawn % 256),
    randomUuid: () => `00000000-0000-4000-8000-${String(++drawn).padStart(12, '0')}`,
    sleep: (ms) => {
      surroundings.slept.push(ms);
      surroundings.now += ms;
      return Promise.resolve();
    },
  };
  return surroundings;
}
