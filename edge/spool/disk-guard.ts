/** Watches free disk space: refusing new work comes before losing a record. */
import { statfs } from 'node:fs/promises';

const CHECK_INTERVAL_MS = 2000;

export interface DiskGuardOptions {
  readonly directory: string;
  readonly minimumFreeBytes: number;
  /** Called when space falls short, to give back what has been delivered. */
  readonly reclaim: () => Promise<void>;
  readonly onChange: (full: boolean, freeBytes: number) => void;
}

export class DiskGuard {
  readonly #options: DiskGuardOptions;
  readonly #timer: NodeJS.Timeout;
  /** While true, new sessions outside care are refused. */
  full = false;

  constructor(options: DiskGuardOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.check(), CHECK_INTERVAL_MS);
    this.#timer.unref();
  }

  async check(): Promise<void> {
    const { directory, minimumFreeBytes, reclaim, onChange } = this.#options;
    const free = await freeBytes(directory);
    const full = free < minimumFreeBytes;
    if (full) await reclaim().catch(() => undefined);
    if (full === this.full) return;
    this.full = full;
    onChange(full, free);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** An unreadable file system counts as full. */
async function freeBytes(directory: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
