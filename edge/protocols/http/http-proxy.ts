/**
 * HTTP/1.1 inside admitted sessions: every request is judged by its own verb before a byte of it goes on. Bodies stream
 * both ways. An `Upgrade` is not passed on: the request is answered as HTTP/1.1, as RFC 9110 §7.8 allows.
 */
import { type ClientRequest, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Verb } from '../../../core/contracts/identifiers.ts';
import { type ForwardedIdentity, requestHeaders, responseHeaders } from './forwarded-headers.ts';
import { sendProblem } from './problem.ts';
import { verbOf } from './request-verb.ts';

const MAX_HEADER_BYTES = 32 * 1024;
/** A connection on which no request is complete for this long is closed: idle, or drip-fed. */
const WAIT_LIMIT_MS = 65_000;
const SWEEP_INTERVAL_MS = 5000;

export interface HttpVerdict {
  readonly allowed: boolean;
  readonly reasons: readonly string[];
}

/** What the proxy must know of a session; the gateway provides it. */
export interface HttpSession {
  readonly identity: ForwardedIdentity;
  /** Of the resource: decides how verbs are read. */
  readonly category: string;
  /** Judges and records one request. `then` runs once it may pass or is refused, never before its record is on disk. */
  judge(verb: Verb, then: (verdict: HttpVerdict) => void): void;
  /** Opens the request to the resource; it is destroyed with the session. */
  open(method: string, target: string, headers: string[]): ClientRequest;
  /** The other side failed before or while it answered. */
  upstreamFailed(cause: Error): void;
  requestSeen(bytes: number): void;
  responseSeen(bytes: number): void;
  /** Once for each allowed request. */
  exchangeEnded(verb: Verb, failed: boolean): void;
}

interface Connection {
  readonly session: HttpSession;
  waitingSinceMs: number | null;
  closing: boolean;
}

export class HttpProxy {
  readonly #server: Server;
  readonly #connections = new Map<Duplex, Connection>();
  readonly #sweep: NodeJS.Timeout;

  constructor() {
    this.#server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      insecureHTTPParser: false,
      requireHostHeader: true,
      keepAliveTimeout: 0,
      joinDuplicateHeaders: false,
    });
    this.#server.timeout = 0;
    this.#server.on('request', (request, response) => this.#serve(request, response));
    this.#server.on('checkContinue', (request, response) => this.#serve(request, response));
    this.#server.on('clientError', (_error, socket) => socket.destroy());
    this.#sweep = setInterval(() => this.#closeWaiting(performance.now() - WAIT_LIMIT_MS), SWEEP_INTERVAL_MS);
    this.#sweep.unref();
  }

  /** Takes over an admitted connection. */
  serve(socket: Duplex, session: HttpSession): void {
    this.#connections.set(socket, { session, waitingSinceMs: performance.now(), closing: false });
    socket.once('close', () => this.#connections.delete(socket));
    this.#server.emit('connection', socket);
  }

  /** Running exchanges may finish; connections without one are closed. */
  drain(): void {
    for (const connection of this.#connections.values()) connection.closing = true;
    this.#closeWaiting(Number.POSITIVE_INFINITY);
  }

  stop(): void {
    clearInterval(this.#sweep);
  }

  #closeWaiting(beforeMs: number): void {
    for (const [socket, { waitingSinceMs }] of this.#connections) {
      if (waitingSinceMs !== null && waitingSinceMs < beforeMs) socket.destroy();
    }
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connections.get(request.socket);
    if (connection === undefined) {
      request.socket.destroy();
      return;
    }
    const { session } = connection;
    connection.waitingSinceMs = null;
    response.sendDate = false;
    response.once('close', () => {
      connection.waitingSinceMs = performance.now();
    });
    session.requestSeen(0);
    const { method = '', url = '' } = request;
    const verb = verbOf(method, url, session.category);
    const headers = requestHeaders(request.rawHeaders, session.identity);
    if (!verb.ok) {
      sendProblem(response, verb.code === 'verb-unknown' ? 403 : 400, verb.code, [], true);
      return;
    }
    if (!headers.ok) {
      sendProblem(response, 400, headers.code, [], true);
      return;
    }
    if (connection.closing) response.shouldKeepAlive = false;
    session.judge(verb.value, ({ allowed, reasons }) => {
      const gone = response.destroyed || request.socket.destroyed;
      if (gone && allowed) session.exchangeEnded(verb.value, true);
      if (gone) return;
      if (allowed) forward(request, response, session, verb.value, headers.value);
      // A body that nobody will read ends the connection: what follows could be taken for a request.
      else sendProblem(response, 403, 'access-denied', reasons, hasBody(request));
    });
  }
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  session: HttpSession,
  verb: Verb,
  headers: string[],
): void {
  let ended = false;
  const end = (failed: boolean): void => {
    if (ended) return;
    ended = true;
    session.exchangeEnded(verb, failed);
  };
  const upstream = session.open(request.method ?? '', request.url ?? '', headers);
  const fail = (cause: Error): void => {
    if (!ended) session.upstreamFailed(cause);
    end(true);
    if (response.headersSent) response.destroy();
    else if (!response.destroyed) sendProblem(response, 502, 'upstream-failed', [], true);
  };
  upstream.on('error', fail);
  upstream.on('response', (answer) => {
    session.responseSeen(0);
    answer.on('error', fail);
    answer.on('data', (chunk: Buffer) => session.responseSeen(chunk.length));
    response.writeHead(answer.statusCode ?? 502, responseHeaders(answer.rawHeaders));
    answer.pipe(response);
    const serverFault = (answer.statusCode ?? 500) >= 500;
    answer.on('end', () => end(serverFault));
  });
  response.on('close', () => {
    if (!response.writableFinished) upstream.destroy();
    end(!response.writableFinished);
  });
  if (!hasBody(request)) {
    upstream.end();
    return;
  }
  if (request.headers.expect !== undefined) response.writeContinue();
  request.on('data', (chunk: Buffer) => session.requestSeen(chunk.length));
  request.on('error', () => upstream.destroy());
  request.pipe(upstream);
}
