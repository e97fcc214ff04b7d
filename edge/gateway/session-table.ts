/**
 * The sessions of one process: opening, judging again, cutting, telling. Whatever ends a session ends it here, so that
 * audit, events, flows and figures agree.
 */
import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../../core/contracts/audit-record.ts';
import type { SessionEvent } from '../../core/contracts/gateway-report.ts';
import type { EntityId } from '../../core/contracts/identifiers.ts';
import { SessionRegistry } from '../../core/session/registry.ts';
import type { AuditWriter } from '../spool/audit-writer.ts';
import type { Outbox } from '../spool/outbox.ts';
import { createStamp } from '../spool/stamp.ts';
import type { FlowReporter } from './flow-reporter.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import type { LiveSession } from './live-session.ts';
import type { Log } from './logger.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { monotonicNowMs, type SiteReplica } from './site-replica.ts';

/** What cut or kept a session, and when the order for it came in. */
export interface SessionCause {
  readonly cause: string;
  readonly arrivedMs: number | null;
}

export interface SessionTableParts {
  readonly identity: ProcessIdentity;
  readonly replica: SiteReplica;
  readonly audit: AuditWriter;
  readonly outbox: Outbox;
  readonly flows: FlowReporter;
  readonly metrics: () => GatewayMetrics;
  readonly log: Log;
}

export class SessionTable {
  readonly registry = new SessionRegistry();
  readonly #parts: SessionTableParts;
  readonly #live = new Map<string, LiveSession>();
  readonly #stampNow = createStamp();
  readonly #stampDeadline = createStamp();
  #eventSeq = 0;
  #emptied: (() => void) | null = null;

  constructor(parts: SessionTableParts) {
    this.#parts = parts;
  }

  static newId = (): string => randomUUID();

  get size(): number {
    return this.#live.size;
  }

  get(id: string): LiveSession | undefined {
    return this.#live.get(id);
  }

  all(): LiveSession[] {
    return [...this.#live.values()];
  }

  /** From now on every cause finds it, though nothing passes before `admitted`. */
  add(live: LiveSession): void {
    this.#live.set(live.record.id, live);
    this.registry.add(live.record);
  }

  opened(live: LiveSession): void {
    live.admitted = true;
    this.#event(live, 'session-opened', [], null);
    this.#parts.flows.watch(live);
  }

  /** The session came to its own end. */
  close(live: LiveSession, reason: string): void {
    if (!this.#end(live)) return;
    const wasOpen = live.admitted;
    this.#audit(live, 'session-closed', 'success', [], { durationMs: this.#ageMs(live), reason });
    if (wasOpen) this.#event(live, 'session-closed', [], null);
  }

  /** It is no longer allowed: both sides are closed before this returns. */
  cut(live: LiveSession, reasons: readonly string[], { cause, arrivedMs }: SessionCause): void {
    if (!this.#end(live)) return;
    const { metrics, log } = this.#parts;
    const micros = arrivedMs === null ? null : Math.round((monotonicNowMs() - arrivedMs) * 1000);
    if (micros !== null) metrics().cutLatencyMs.observe(micros / 1000);
    metrics().cuts.add({ cause });
    this.#audit(live, 'session-cut', 'denied', reasons, {
      cause,
      durationMs: this.#ageMs(live),
      microsFromOrder: micros,
    });
    this.#event(live, 'session-cut', reasons, null);
    log('warn', 'session-cut', { ...this.#names(live), cause, reasons, microsFromOrder: micros });
  }

  /** It would no longer be allowed and a person protects it: it runs, and a person is told, once for each set of reasons. */
  alarm(live: LiveSession, reasons: readonly string[], protection: EntityId, { cause, arrivedMs }: SessionCause): void {
    const key = reasons.toSorted((left, right) => (left < right ? -1 : 1)).join(' ');
    if (live.alarmedFor === key) return;
    live.alarmedFor = key;
    const micros = arrivedMs === null ? null : Math.round((monotonicNowMs() - arrivedMs) * 1000);
    this.#parts.metrics().alarms.add({ cause });
    this.#audit(live, 'session-alarm', 'alarm', reasons, { cause, microsFromOrder: micros, protection });
    this.#event(live, 'session-alarm', reasons, protection);
    this.#parts.log('error', 'session-alarm', { ...this.#names(live), cause, reasons, protection });
  }

  /** Resolves when no session is left. */
  emptied(): Promise<void> {
    if (this.#live.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#emptied = resolve;
    });
  }

  #end(live: LiveSession): boolean {
    if (live.ended) return false;
    live.end();
    this.#live.delete(live.record.id);
    this.registry.remove(live.record.id);
    if (live.admitted) this.#parts.flows.finish(live);
    if (this.#live.size === 0) this.#emptied?.();
    return true;
  }

  #ageMs(live: LiveSession): number {
    return Math.max(0, this.#parts.replica.clock.nowMs() - live.record.openedAtMs);
  }

  #names(live: LiveSession) {
    const { id, subject, object } = live.record;
    return { sessionId: id, subject: subject.id, object: object.id };
  }

  #audit(
    live: LiveSession,
    event: string,
    outcome: AuditEntry['outcome'],
    reasons: readonly string[],
    details: AuditEntry['details'],
  ): void {
    const { subject, verb, object, id } = live.record;
    const names = { subject, action: verb, resource: object, sessionId: id };
    this.#parts.audit.record({ event, outcome, ...names, reasons: [...reasons], details });
  }

  #event(
    live: LiveSession,
    event: SessionEvent['event'],
    reasons: readonly string[],
    protection: EntityId | null,
  ): void {
    const { identity, outbox, replica } = this.#parts;
    const record = this.registry.get(live.record.id) ?? live.record;
    this.#eventSeq += 1;
    outbox.put('sessions', {
      schema: 'vitalgate.session-event/1',
      site: identity.site,
      gateway: identity.gateway,
      bootId: identity.bootId,
      seq: this.#eventSeq,
      at: this.#stampNow(replica.clock.nowMs()),
      event,
      sessionId: record.id,
      subject: record.subject,
      device: record.device,
      object: record.object,
      verb: record.verb,
      direction: record.direction,
      protocol: live.protocol,
      thumbprint: record.thumbprint,
      openedAt: live.openedAt,
      deadlineAt: Number.isFinite(record.deadlineMs) ? this.#stampDeadline(record.deadlineMs) : null,
      reasons,
      protection,
    });
  }
}
