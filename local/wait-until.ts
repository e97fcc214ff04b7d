/** Waits for something to become true, with an end and a sentence for when it does not. */
import { setTimeout as delay } from 'node:timers/promises';
import { StartFailure } from './failure.ts';

export interface WaitOptions {
  readonly seconds: number;
  /** As in "… did not become ready". */
  readonly what: string;
  readonly log?: string;
  readonly signal?: AbortSignal | undefined;
}

const POLL_MS = 100;

/** @throws StartFailure when it takes too long */
export async function waitUntil(isTrue: () => Promise<boolean>, options: WaitOptions): Promise<void> {
  const deadline = performance.now() + options.seconds * 1000;
  while (!(await isTrue())) {
    options.signal?.throwIfAborted();
    if (performance.now() > deadline)
      throw new StartFailure(
        `${options.what} did not become ready within ${options.seconds} s.`,
        options.log === undefined ? 'Start again.' : `Its output is in ${options.log}.`,
      );
    await delay(POLL_MS);
  }
}
