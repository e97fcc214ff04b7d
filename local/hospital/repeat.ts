/** Work that is done again and again: one at a time, at its interval while it succeeds, calmly later while it does not. */
import { createBackoff } from '../../edge/agent/backoff.ts';

const MAX_RETRY_MS = 30_000;

export interface Repetition {
  /** Does it at once, or right after the one that runs. Resolves when that is done. */
  now(): Promise<void>;
  /** Resolves when the one that runs is over; none follows. */
  stop(): Promise<void>;
}

export interface RepeatOptions {
  /** `null`: only when asked. */
  readonly everyMs: number | null;
  readonly random: () => number;
  /** @returns whether it succeeded; must not throw */
  readonly work: () => Promise<boolean>;
}

/** The first time is at once. */
export function repeat({ everyMs, random, work }: RepeatOptions): Repetition {
  const intervalMs = everyMs ?? MAX_RETRY_MS;
  const backoff = createBackoff(Math.min(intervalMs, 1_000), Math.max(intervalMs, MAX_RETRY_MS), random);
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();

  const once = async (): Promise<void> => {
    if (stopped) return;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const succeeded = await work();
    if (succeeded) backoff.reset();
    if (stopped || everyMs === null) return;
    // After a failure never sooner than its turn would have been.
    const waitMs = succeeded ? everyMs : Math.max(everyMs, backoff.next());
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void now(), waitMs);
  };
  const now = (): Promise<void> => {
    running = running.then(once);
    return running;
  };
  void now();
  return {
    now,
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      return running;
    },
  };
}
