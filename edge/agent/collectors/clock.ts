/** How far this system's clock is from the servers it talks to. Nothing is told before one of them has answered. */
import type { ServerClock } from '../server-clock.ts';
import type { Collector } from './collector.ts';

/** The time in an HTTP answer has whole seconds; within twice that the clocks agree as far as can be told. */
const AGREEMENT_MS = 2_000;

export const createClockCollector = (clock: ServerClock): Collector<'clock'> => ({
  factor: 'clock',
  collect: () => {
    const offsetMs = clock.offsetMs;
    return Promise.resolve(
      offsetMs === null ? undefined : { offsetMs, synchronized: Math.abs(offsetMs) <= AGREEMENT_MS },
    );
  },
});
