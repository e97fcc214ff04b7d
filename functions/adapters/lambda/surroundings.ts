/** The real clock and real randomness. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Surroundings } from '../ports/clock.ts';

export const realSurroundings: Surroundings = {
  nowMs: () => Date.now(),
  randomBytes: (count) => new Uint8Array(randomBytes(count)),
  randomUuid: () => randomUUID(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
