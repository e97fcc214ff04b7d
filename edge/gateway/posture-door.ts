/**
 * The gateway's own HTTPS door for devices: `POST /v1/posture` takes the report that the control plane would take and
 * judges it here and now, `GET /v1/status` says how the device stands. Open to whoever is to be remedied.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { MAX_POSTURE_REPORT_BYTES } from '../../core/contracts/posture-report.ts';
import type { SubjectState } from '../../core/contracts/site-state.ts';
import type { LocalConclusion } from '../decision/local-conclusion.ts';
import { judgeReport } from '../decision/local-evaluator.ts';
import { sendProblem } from '../protocols/http/problem.ts';
import type { AuditWriter } from '../spool/audit-writer.ts';
import type { Outbox } from '../spool/outbox.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import type { LiveSession } from './live-session.ts';
import type { Log } from './logger.ts';
import { pausedSources } from './paused-sources.ts';
import { monotonicNowMs, type SiteReplica } from './site-replica.ts';

/** A device that says nothing for this long is not reporting. */
const SILENCE_MS = 30_000;
const MAX_HEADER_BYTES = 8 * 1024;

export interface PostureDoorParts {
  readonly replica: SiteReplica;
  readonly audit: AuditWriter;
  readonly outbox: Outbox;
  readonly metrics: GatewayMetrics;
  readonly log: Log;
  /** Resolves when every process of this gateway holds it. */
  readonly spread: (conclusion: LocalConclusion, arrivedMs: number) => Promise<void>;
}

export class PostureDoor {
  readonly #parts: PostureDoorParts;
  readonly #server: Server;
  readonly #sessions = new WeakMap<object, LiveSession>();

  constructor(parts: PostureDoorParts) {
    this.#parts = parts;
    this.#server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: SILENCE_MS });
    this.#server.on('request', (request, response) => this.#serve(request, response));
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  serve(live: LiveSession, socket: TLSSocket): void {
    this.#sessions.set(socket, live);
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    this.#server.emit('connection', socket);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const live = this.#sessions.get(request.socket);
    if (live === undefined) {
      request.socket.destroy();
      return;
    }
    const route = `${request.method ?? ''} ${request.url ?? ''}`;
    if (route === 'GET /v1/status') this.#sendStatus(live, response);
    else if (route === 'POST /v1/posture') this.#readReport(live, request, response);
    else sendProblem(response, 404, 'route-unknown', [], true);
  }

  #sendStatus(live: LiveSession, response: ServerResponse): void {
    const state = this.#parts.replica.effective.subject(live.record.subject);
    if (state === undefined) sendProblem(response, 404, 'subject-unknown');
    else sendJson(response, 200, { schema: 'vitalgate.device-status/1', code: 'device-status', ...summary(state) });
  }

  #readReport(live: LiveSession, request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_POSTURE_REPORT_BYTES) chunks.push(chunk);
      else if (!response.headersSent) sendProblem(response, 413, 'posture-oversize', [], true);
    });
    request.on('end', () => {
      if (!response.headersSent) this.#judge(live, Buffer.concat(chunks), response);
    });
  }

  #judge(live: LiveSession, bytes: Uint8Array, response: ServerResponse): void {
    const arrivedMs = monotonicNowMs();
    const { replica, audit, outbox, metrics, log, spread } = this.#parts;
    const { subject } = live.record;
    const { view, bundle } = replica;
    const device = view?.entity(subject);
    const cloud = replica.state.subject(subject);
    if (view === null || bundle === null || device?.kind !== 'device' || cloud === undefined) {
      sendProblem(response, 403, 'subject-unknown');
      return;
    }
    const nowMs = replica.clock.nowMs();
    const local = replica.effective.conclusion(subject);
    const paused = pausedSources(replica, nowMs);
    const judged = judgeReport(bytes, bundle.content, { device, cloud, local, view, nowMs, pausedSources: paused });
    metrics.postureReports.add({ code: judged.ok ? 'posture-accepted' : judged.code });
    if (!judged.ok) {
      const details = { bytes: bytes.byteLength };
      audit.record({ event: 'posture-refused', outcome: 'denied', subject, reasons: [judged.code], details });
      log('warn', 'posture-refused', { subject: subject.id, reason: judged.code });
      sendProblem(response, 400, judged.code);
      return;
    }
    const conclusion = judged.value;
    const before = replica.effective.subject(subject);
    // Own sessions are judged in this turn; the others' processes follow before the device is answered.
    replica.conclude(conclusion, arrivedMs);
    const after = replica.effective.subject(subject) ?? cloud;
    this.#tell(conclusion, before, after);
    for (const evidence of conclusion.assessment === null ? [] : [conclusion.assessment.evidence])
      outbox.put('evidence', evidence);
    spread(conclusion, arrivedMs).then(
      () =>
        sendJson(response, 202, { schema: 'vitalgate.posture-verdict/1', code: 'posture-accepted', ...summary(after) }),
      () => sendProblem(response, 502, 'not-spread'),
    );
  }

  #tell(conclusion: LocalConclusion, before: SubjectState | undefined, after: SubjectState): void {
    const { audit, log } = this.#parts;
    const details = {
      grade: conclusion.assessment?.grade ?? null,
      level: conclusion.trust.level,
      score: conclusion.trust.score,
      state: after.state,
    };
    const { ref: subject, reasons } = conclusion;
    const findings = conclusion.assessment?.findings.map(({ code }) => code) ?? [];
    audit.record({
      event: 'posture-assessed',
      outcome: 'success',
      subject,
      reasons: [...findings.slice(0, 64)],
      details,
    });
    const { level: trustLevel, ...told } = details;
    log('info', 'posture-accepted', { subject: subject.id, ...told, trustLevel });
    if (before?.state === after.state && before.trust?.level === after.trust?.level) return;
    audit.record({ event: 'trust-changed', outcome: 'success', subject, reasons: [...reasons], details });
    log('warn', 'local-conclusion', { subject: subject.id, ...details, reasons });
  }
}

const summary = (state: SubjectState) => ({
  state: state.state,
  grade: state.posture?.grade ?? null,
  level: state.trust?.level ?? 0,
  score: state.trust?.score ?? 0,
  reasons: state.trust?.reasons ?? [],
});

function sendJson(response: ServerResponse, status: number, document: object): void {
  if (response.destroyed) return;
  const body = JSON.stringify(document);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
