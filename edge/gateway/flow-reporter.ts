/** Tells of every session at least every ten seconds what it carried, and once more when it ends. */
import { FLOW_INTERVAL_SECONDS, type FlowRecord } from '../../core/contracts/flow-record.ts';
import { type EntityId, timestamp } from '../../core/contracts/identifiers.ts';
import type { Session } from '../../core/session/session.ts';
import type { Outbox } from '../spool/outbox.ts';
import type { LiveSession } from './live-session.ts';
import type { ProcessIdentity } from './process-identity.ts';

const SCHEMA = 'vitalgate.flow-record/1';

export class FlowReporter {
  readonly #identity: ProcessIdentity;
  readonly #outbox: Outbox;
  readonly #nowMs: () => number;
  readonly #watched = new Set<LiveSession>();
  readonly #timer: NodeJS.Timeout;
  #seq = 0;

  constructor(identity: ProcessIdentity, outbox: Outbox, nowMs: () => number) {
    this.#identity = identity;
    this.#outbox = outbox;
    this.#nowMs = nowMs;
    // Twice an interval, so that no record covers more than one.
    this.#timer = setInterval(() => this.#report(), (FLOW_INTERVAL_SECONDS * 1000) / 2);
    this.#timer.unref();
  }

  watch(live: LiveSession): void {
    if (live.purpose === 'access' && deviceOf(live.record) !== null) this.#watched.add(live);
  }

  finish(live: LiveSession): void {
    if (this.#watched.delete(live)) this.#put(live);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #report(): void {
    for (const live of this.#watched) this.#put(live);
  }

  #put(live: LiveSession): void {
    const device = deviceOf(live.record);
    if (device === null) return;
    const nowMs = this.#nowMs();
    const startedAtMs = live.flowStartedAtMs;
    live.flowStartedAtMs = nowMs;
    if (live.meter.idle && !live.ended) return;
    this.#seq += 1;
    const { record } = live;
    const flow: FlowRecord = {
      schema: SCHEMA,
      site: this.#identity.site,
      gateway: this.#identity.gateway,
      bootId: this.#identity.bootId,
      seq: this.#seq,
      sessionId: record.id,
      device,
      user: record.subject.kind === 'user' ? record.subject.id : null,
      peer: record.subject.kind === 'device' || record.subject.kind === 'user' ? record.object : record.subject,
      direction: record.direction,
      protocol: live.protocol,
      startedAt: timestamp(startedAtMs),
      endedAt: timestamp(nowMs),
      ...live.meter.take(),
    };
    this.#outbox.put('flows', flow);
  }
}

/** The device whose behaviour this session is part of; null between systems. */
function deviceOf({ subject, device, object }: Session): EntityId | null {
  if (subject.kind === 'device') return subject.id;
  if (device !== null) return device.id;
  return object.kind === 'device' ? object.id : null;
}
