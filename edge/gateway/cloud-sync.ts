/**
 * Keeps up with the control plane: orders as they are pushed, a head every fifteen seconds, a snapshot after every gap
 * and reconnect, a bundle when one is named. What is pushed is acknowledged when it is in force everywhere here.
 */

import type { CloudPull, DownTopic } from './cloud-link.ts';
import type { SiteMetrics } from './gateway-metrics.ts';
import { faultFields, type Log } from './logger.ts';
import type { SiteKeeper } from './site-keeper.ts';
import type { SiteReplica } from './site-replica.ts';

/** design.md 9.6 */
const HEAD_INTERVAL_MS = 15_000;
/** A history longer than this is replaced by a snapshot. */
const MAX_UPDATES_KEPT = 2000;
const NEEDS_SNAPSHOT: ReadonlySet<string> = new Set(['state-gap', 'state-epoch', 'state-fork']);

export interface CloudSyncParts {
  readonly keeper: SiteKeeper;
  readonly replica: SiteReplica;
  readonly pull: CloudPull;
  readonly metrics: SiteMetrics;
  readonly log: Log;
}

export class CloudSync {
  readonly #parts: CloudSyncParts;
  readonly #timer: NodeJS.Timeout;
  #resync: Promise<void> | null = null;
  #fetching: Promise<void> | null = null;

  constructor(parts: CloudSyncParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => void this.askHead(), HEAD_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Resolves when the message is in force in every process, or refused. */
  async onMessage(topic: DownTopic, token: string, arrivedMs: number): Promise<void> {
    const { keeper, log } = this.#parts;
    if (topic === 'command') {
      log('warn', 'command-refused', { reason: 'command-unsupported' });
      return;
    }
    const taken = await keeper.takeToken(token, arrivedMs, false);
    if (!taken.ok && NEEDS_SNAPSHOT.has(taken.code)) await this.resynchronise();
    void this.#followUp();
  }

  /** Something may have been missed: everything held is replaced, and what is not allowed any more is dropped. */
  resynchronise(): Promise<void> {
    this.#resync ??= this.#fetch('snapshot', () => this.#parts.pull.snapshot())
      .then(() => this.askHead())
      .finally(() => {
        this.#resync = null;
      });
    return this.#resync;
  }

  async askHead(): Promise<void> {
    await this.#fetch('head', () => this.#parts.pull.head());
    await this.#followUp();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #followUp(): Promise<void> {
    const { replica, keeper } = this.#parts;
    if (replica.state.behind || keeper.updatesKept > MAX_UPDATES_KEPT)
      await this.#fetch('snapshot', () => this.#parts.pull.snapshot());
    const named = Math.max(replica.state.lastHead?.bundleVersion ?? 0, replica.state.announcedBundle?.version ?? 0);
    if (named <= replica.bundleVersion) return;
    this.#fetching ??= this.#fetch('bundle', () => this.#parts.pull.bundle()).finally(() => {
      this.#fetching = null;
    });
    await this.#fetching;
  }

  async #fetch(what: string, get: () => Promise<string>): Promise<void> {
    const { keeper, log, metrics } = this.#parts;
    try {
      await keeper.takeToken(await get(), null, true);
    } catch (cause) {
      const fields = faultFields(cause);
      metrics.cloudFailures.add({ code: String(fields['faultCode'] ?? fields['fault']) });
      log('warn', 'cloud-api-failed', { what, ...fields });
    }
  }
}
