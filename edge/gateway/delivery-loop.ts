/** Sends what is spooled whenever the broker is there, and says now and then how the gateway is. */

import type { GatewayHealth } from '../../core/contracts/gateway-report.ts';
import { timestamp } from '../../core/contracts/identifiers.ts';
import type { SpoolDelivery } from '../spool/delivery.ts';
import type { Outbox } from '../spool/outbox.ts';
import type { CloudPush } from './cloud-link.ts';
import { faultFields, type Log } from './logger.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { SiteReplica } from './site-replica.ts';

const PAUSE_MS = 500;
const MAX_BACKOFF_MS = 30_000;

/** Runs until stopped. At least once: what was not confirmed is sent again. */
export class DeliveryLoop {
  readonly #delivery: SpoolDelivery;
  readonly #push: CloudPush;
  readonly #log: Log;
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;
  #stopped = false;

  constructor(delivery: SpoolDelivery, push: CloudPush, log: Log) {
    this.#delivery = delivery;
    this.#push = push;
    this.#log = log;
    this.#schedule(PAUSE_MS);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    if (this.#push.connected) {
      try {
        await this.#delivery.deliverOnce();
        this.#failures = 0;
      } catch (cause) {
        this.#failures += 1;
        this.#log('warn', 'spool-failed', { failures: this.#failures, ...faultFields(cause) });
      }
    }
    this.#schedule(Math.min(MAX_BACKOFF_MS, PAUSE_MS * 2 ** Math.min(this.#failures, 10)));
  }

  #schedule(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#run(), ms);
    this.#timer.unref();
  }
}

export interface HealthSource {
  readonly identity: ProcessIdentity;
  readonly replica: SiteReplica;
  readonly sessions: () => Promise<{ readonly sessions: number; readonly tunnels: number }>;
  readonly workers: number;
}

const HEALTH_INTERVAL_MS = 30_000;

/** @returns a function that ends it */
export function reportHealth(source: HealthSource, outbox: Outbox): () => void {
  let seq = 0;
  const report = async (): Promise<void> => {
    const { identity, replica, workers } = source;
    const nowMs = replica.clock.nowMs();
    const counts = await source.sessions();
    const age = replica.headAgeSeconds(nowMs);
    seq += 1;
    const health: GatewayHealth = {
      schema: 'vitalgate.gateway-health/1',
      site: identity.site,
      gateway: identity.gateway,
      bootId: identity.bootId,
      seq,
      at: timestamp(nowMs),
      epoch: replica.state.position.epoch,
      stateSeq: replica.state.position.seq,
      bundleVersion: replica.bundleVersion,
      headAgeSeconds: Number.isFinite(age) ? Math.floor(age) : null,
      freshness: replica.freshness(nowMs),
      ...counts,
      workers,
    };
    outbox.put('health', health);
  };
  void report();
  const timer = setInterval(() => void report(), HEALTH_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
