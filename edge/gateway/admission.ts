/**
 * Admission of one connection: identify, find the way, decide, record, judge once more. Its order is its guarantee: the
 * session is findable for every revocation from the decision on, its record is on disk before the first byte passes, and
 * what was revoked in between is caught by the last judgement.
 */
import type { TLSSocket } from 'node:tls';
import type { Decision } from '../../core/contracts/access.ts';
import type { EntityRef } from '../../core/contracts/identifiers.ts';
import { trafficClass } from '../../core/decision/traffic-class.ts';
import { CONNECT_VERB } from '../../core/decision/verb-pattern.ts';
import type { CertificateIdentity } from '../../core/identity/certificate-profile.ts';
import { actionOf } from '../../core/policy/actions/action-table.ts';
import type { ListenerConfig } from '../config.ts';
import { doorRefusals } from '../decision/door-rules.ts';
import type { AuditWriter } from '../spool/audit-writer.ts';
import { createStamp } from '../spool/stamp.ts';
import { accessRequest, environmentFacts } from './environment.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import { LiveSession } from './live-session.ts';
import type { Log } from './logger.ts';
import { unknownObligations } from './obligations.ts';
import type { PeerIdentities } from './peer-identity.ts';
import { type Route, routeOf } from './route.ts';
import type { SessionJudge } from './session-judge.ts';
import { SessionTable } from './session-table.ts';
import type { SiteReplica } from './site-replica.ts';

export interface AdmissionParts {
  readonly replica: SiteReplica;
  readonly identities: PeerIdentities;
  readonly sessions: SessionTable;
  readonly judge: SessionJudge;
  readonly audit: AuditWriter;
  readonly metrics: GatewayMetrics;
  readonly log: Log;
  /** New sessions outside care are refused. */
  readonly diskFull: () => boolean;
  /** Starts carrying an admitted session. */
  readonly carry: (live: LiveSession, route: Route, socket: TLSSocket) => void;
}

const SESSION_RACE = { cause: 'admission', arrivedMs: null };

export class Admission {
  readonly #parts: AdmissionParts;
  readonly #stamp = createStamp();

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** @param socket TLS is established and the certificate chain leads to an anchor */
  admit(socket: TLSSocket, listener: ListenerConfig): void {
    const startedMs = performance.now();
    const { replica, identities } = this.#parts;
    socket.on('error', () => undefined);
    const nowMs = replica.clock.nowMs();
    const peer = identities.identify(socket, nowMs);
    if (!peer.ok) {
      this.#refuse(socket, [peer.code], { thumbprint: peer.thumbprint ?? null });
      return;
    }
    const serverName = typeof socket.servername === 'string' ? socket.servername : null;
    const alpn = typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null;
    const { ref, thumbprint } = peer.value;
    const route = routeOf({ listener, serverName, alpn }, replica);
    if (!route.ok) {
      this.#refuse(socket, [route.code], { thumbprint, alias: serverName }, ref);
      return;
    }
    const verdict = this.#decide(ref, route.value);
    if (verdict.reasons.length > 0) {
      this.#refuse(socket, verdict.reasons, { thumbprint }, ref, route.value.object);
      return;
    }
    this.#open(socket, peer.value, route.value, verdict.decision, startedMs);
  }

  #decide(subject: EntityRef, route: Route): { reasons: readonly string[]; decision: Decision | null } {
    const { replica, audit, metrics } = this.#parts;
    const { view, decider } = replica;
    if (view === null || decider === null) return { reasons: ['bundle-missing'], decision: null };
    if (audit.fault !== null) return { reasons: ['audit-unavailable'], decision: null };
    if (route.to === 'tunnel' || route.to === 'posture-door')
      return { reasons: doorRefusals(route.to, subject, view), decision: null };
    const environment = environmentFacts(replica, 'connection', null);
    const decision = decider.decide(accessRequest(subject, CONNECT_VERB, route.object), environment);
    if (decision.decision) metrics.decided.connectionAllowed();
    else metrics.decided.connectionDenied();
    if (!decision.decision) return { reasons: decision.context.reasons, decision };
    const unknown = unknownObligations(decision.context.obligations);
    if (unknown.length > 0) return { reasons: ['obligation-unknown'], decision };
    if (this.#parts.diskFull() && !this.#isCare(route.object)) return { reasons: ['disk-full'], decision };
    return { reasons: [], decision };
  }

  #isCare(object: EntityRef): boolean {
    const entity = this.#parts.replica.view?.entity(object);
    const action = actionOf(CONNECT_VERB);
    return entity !== undefined && action !== undefined && trafficClass(entity, action) === 'care';
  }

  #open(
    socket: TLSSocket,
    { ref, thumbprint, notAfterMs }: CertificateIdentity,
    route: Route,
    decision: Decision | null,
    startedMs: number,
  ): void {
    const { replica, sessions, audit, judge, metrics, carry } = this.#parts;
    const id = SessionTable.newId();
    const openedAtMs = replica.clock.nowMs();
    const live = new LiveSession({
      record: {
        id,
        subject: ref,
        device: null,
        object: route.object,
        verb: CONNECT_VERB,
        direction: ref.kind === 'device' ? 'outbound' : 'inbound',
        thumbprint,
        openedAtMs,
        deadlineMs: notAfterMs,
        policies: decision?.context.policies ?? [],
      },
      purpose: route.to === 'tunnel' || route.to === 'posture-door' ? route.to : 'access',
      protocol: 'protocol' in route ? route.protocol : 'http',
      remoteAddress: socket.remoteAddress ?? '',
      openedAt: this.#stamp(openedAtMs),
    });
    live.hold(socket);
    sessions.add(live);
    socket.once('close', () => sessions.close(live, 'client-closed'));
    // In canonical order, which spares the chain's digest from sorting.
    const details = {
      bundleVersion: replica.bundleVersion,
      obligations: decision?.context.obligations.map(({ code }) => code).join(' ') ?? '',
      policies: live.record.policies.join(' '),
      remoteAddress: live.remoteAddress,
      route: route.to,
      thumbprint,
    };
    const subject = { subject: ref, action: CONNECT_VERB, resource: route.object, sessionId: id };
    const entry = { event: 'session-allowed', outcome: 'success' as const, ...subject, reasons: [], details };
    audit.record(entry, (error) => {
      if (live.ended) return;
      if (error !== null) {
        sessions.cut(live, ['audit-unavailable'], SESSION_RACE);
        return;
      }
      if (!judge.enforce(live, judge.judge(live), SESSION_RACE)) return;
      sessions.opened(live);
      metrics.admissionMs.observe(performance.now() - startedMs);
      carry(live, route, socket);
    });
  }

  /** Closed without a byte; the reason is for the record, not for the one who is refused. */
  #refuse(
    socket: TLSSocket,
    reasons: readonly string[],
    details: Readonly<Record<string, string | null>>,
    subject?: EntityRef,
    resource?: EntityRef,
  ): void {
    const remoteAddress = socket.remoteAddress ?? '';
    socket.destroy();
    const { audit, metrics, log } = this.#parts;
    metrics.refusals.add({ code: reasons[0] ?? 'denied' });
    audit.record({
      event: 'session-denied',
      outcome: 'denied',
      ...(subject && { subject }),
      action: CONNECT_VERB,
      ...(resource && { resource }),
      reasons: [...reasons],
      details: { ...details, remoteAddress },
    });
    log('warn', 'session-denied', { reasons, subject: subject?.id, object: resource?.id, remoteAddress });
  }
}
