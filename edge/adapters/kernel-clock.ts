/**
 * The time since the machine was started, which no one can set. It goes on through suspension and across restarts of
 * this process; the boot id says when it began anew.
 */
import { readFileSync } from 'node:fs';

const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';
const UPTIME_FILE = '/proc/uptime';
/** How long the process clock, which stands still in suspension, may run before it is compared again. */
const COMPARE_INTERVAL_MS = 1000;

export interface KernelClock {
  readonly bootId: string;
  /** Milliseconds since the machine was started. */
  monotonicMs(): number;
}

export function createKernelClock(): KernelClock {
  const bootId = readFileSync(BOOT_ID_FILE, 'utf8').trim();
  let base = readUptimeMs();
  let comparedAt = performance.now();
  return {
    bootId,
    monotonicMs() {
      const elapsed = performance.now() - comparedAt;
      if (elapsed < COMPARE_INTERVAL_MS) return Math.floor(base + elapsed);
      base = Math.max(readUptimeMs(), base + elapsed);
      comparedAt = performance.now();
      return Math.floor(base);
    },
  };
}

function readUptimeMs(): number {
  const seconds = Number(readFileSync(UPTIME_FILE, 'utf8').split(' ')[0]);
  return Math.round(seconds * 1000);
}
