/** Joins one admitted session with the HTTP proxy: every request is judged, recorded and metered through it. */
import type { ClientRequest, RequestOptions } from 'node:http';
import type { Verb } from '../../core/contracts/identifiers.ts';
import type { HttpSession, HttpVerdict } from '../protocols/http/http-proxy.ts';
import type { AuditWriter } from '../spool/audit-writer.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import type { LiveSession } from './live-session.ts';
import { faultFields, type Log } from './logger.ts';
import { ALARM, obliges, RECORD_VERBS, unknownObligations } from './obligations.ts';
import type { SessionJudge } from './session-judge.ts';
import type { SessionTable } from './session-table.ts';
import type { SiteReplica } from './site-replica.ts';

export interface HttpSessionParts {
  readonly replica: SiteReplica;
  readonly sessions: SessionTable;
  readonly judge: SessionJudge;
  readonly audit: AuditWriter;
  readonly metrics: GatewayMetrics;
  readonly log: Log;
}

export type OpenRequest = (options: RequestOptions) => ClientRequest;

const REQUEST = { cause: 'request', arrivedMs: null };

export function httpSession(
  live: LiveSession,
  category: string,
  openRequest: OpenRequest,
  parts: HttpSessionParts,
): HttpSession {
  const { subject, object, id: sessionId } = live.record;
  const { meter } = live;
  const outbound = live.record.direction === 'outbound';
  return {
    identity: { subject, sessionId, gateway: parts.replica.gatewayRef.id },
    category,
    judge: (verb, then) => judgeRequest(live, verb, parts, then),
    open(method, path, headers) {
      const request = openRequest({ method, path, headers, setHost: false });
      live.hold(request);
      request.once('close', () => live.release(request));
      return request;
    },
    upstreamFailed(cause) {
      if (live.ended) return;
      parts.metrics.refusals.add({ code: 'upstream-failed' });
      const fields = { sessionId, subject: subject.id, object: object.id, ...faultFields(cause) };
      parts.log('warn', 'upstream-failed', fields);
    },
    requestSeen: (bytes) => (outbound ? meter.toPeer(bytes) : meter.fromPeer(bytes)),
    responseSeen: (bytes) => (outbound ? meter.fromPeer(bytes) : meter.toPeer(bytes)),
    exchangeEnded(verb, failed) {
      live.endVerb(verb);
      meter.verb(verb, failed);
    },
  };
}

function judgeRequest(
  live: LiveSession,
  verb: Verb,
  parts: HttpSessionParts,
  then: (verdict: HttpVerdict) => void,
): void {
  const { judge, audit, metrics, log, sessions } = parts;
  const judgement = judge.judgeVerb(live, verb);
  const obligations = judgement?.decision.context.obligations ?? [];
  const unknown = unknownObligations(obligations).length > 0;
  if (judgement === null || judgement.action === 'cut' || unknown) {
    const reasons = unknown ? ['obligation-unknown'] : (judgement?.reasons ?? ['bundle-missing']);
    metrics.decided.useDenied();
    metrics.refusals.add({ code: reasons[0] ?? 'denied' });
    live.meter.verb(verb, true);
    record(live, verb, 'request-denied', 'denied', reasons, audit);
    const { subject, object, id } = live.record;
    log('warn', 'request-denied', { sessionId: id, subject: subject.id, object: object.id, verb, reasons });
    then({ allowed: false, reasons });
    return;
  }
  metrics.decided.useAllowed();
  live.beginVerb(verb);
  if (judgement.action === 'alarm' && judgement.protection !== null)
    sessions.alarm(live, judgement.reasons, judgement.protection, REQUEST);
  if (obliges(obligations, ALARM))
    log('error', 'session-alarm', { sessionId: live.record.id, verb, cause: 'obligation' });
  const held = sessions.registry.get(live.record.id);
  if (held !== undefined && judgement.deadlineMs < held.deadlineMs)
    sessions.registry.renew(held.id, { deadlineMs: judgement.deadlineMs });
  if (!obliges(obligations, RECORD_VERBS)) {
    then({ allowed: true, reasons: [] });
    return;
  }
  record(live, verb, 'request-allowed', 'success', [], audit, (error) => {
    // The obligation cannot be met, or the session was cut meanwhile.
    const reasons = error === null ? [] : ['audit-unavailable'];
    if (!live.ended) then({ allowed: error === null, reasons });
  });
}

function record(
  live: LiveSession,
  verb: Verb,
  event: string,
  outcome: 'denied' | 'success',
  reasons: readonly string[],
  audit: AuditWriter,
  onDurable?: (error: Error | null) => void,
): void {
  const { subject, object, id } = live.record;
  const names = { subject, action: verb, resource: object, sessionId: id };
  audit.record({ event, outcome, ...names, reasons: [...reasons], details: {} }, onDurable);
}
