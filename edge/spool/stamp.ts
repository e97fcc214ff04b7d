/** Timestamps for records: many are made in one millisecond, and checking each against its pattern would cost more than it. */
import { type Timestamp, timestamp } from '../../core/contracts/identifiers.ts';

/** @returns as `timestamp`, remembering the last one it gave */
export function createStamp(): (epochMs: number) => Timestamp {
  let lastMs = Number.NaN;
  let last = timestamp(0);
  return (epochMs) => {
    if (epochMs === lastMs) return last;
    last = timestamp(epochMs);
    lastMs = epochMs;
    return last;
  };
}
