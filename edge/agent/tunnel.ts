/**
 * The way back: a connection that the device opens and the gateway uses. Over it the gateway opens CONNECT streams, each
 * naming one configured service, and the agent carries them to that service's local port. Nothing on the device listens
 * to the network for it. @see RFC 9113 §8.5
 */
import { type Http2Session, performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import { connect } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type Backoff, createBackoff } from './backoff.ts';
import type { ServiceConfig } from './config.ts';
import { joinStreams } from './join-streams.ts';
import { type AgentLog, faultOf } from './log.ts';

export const TUNNEL_PROTOCOL = 'vitalgate-tunnel/1';
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 30_000;
/** A gateway that lost power answers nothing: two of these and the tunnel is opened anew. */
const PING_INTERVAL_MS = 10_000;
const MAX_STREAMS = 256;

export interface Tunnel {
  readonly connected: boolean;
  close(): void;
}

export interface TunnelOptions {
  readonly services: readonly ServiceConfig[];
  /** Opens a connection to the gateway's own alias that speaks {@link TUNNEL_PROTOCOL}. */
  readonly dial: () => TLSSocket;
  readonly log: AgentLog;
  readonly random: () => number;
}

/** Opens the tunnel and opens it again for as long as it is not closed. */
export function openTunnel(options: TunnelOptions): Tunnel {
  const backoff = createBackoff(FIRST_RETRY_MS, MAX_RETRY_MS, options.random);
  let closed = false;
  let session: Http2Session | null = null;
  let socket: TLSSocket | null = null;
  let timer: NodeJS.Timeout | null = null;

  const again = (cause?: Error): void => {
    if (closed) return;
    options.log('warn', 'tunnel-lost', faultOf(cause));
    timer = setTimeout(attempt, backoff.next());
  };
  const attempt = (): void => {
    socket = options.dial();
    let fault: Error | undefined;
    socket.on('error', (cause) => {
      fault = cause;
    });
    socket.once('close', () => {
      session = null;
      again(fault);
    });
    const dialled = socket;
    socket.once('secureConnect', () => {
      session = serve(dialled, options, backoff);
    });
  };
  attempt();
  return {
    get connected() {
      return session !== null && !session.closed && !session.destroyed;
    },
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      session?.destroy();
      socket?.destroy();
    },
  };
}

function serve(socket: TLSSocket, options: TunnelOptions, backoff: Backoff): Http2Session | null {
  if (socket.alpnProtocol !== TUNNEL_PROTOCOL) {
    socket.destroy(new Error('tunnel-not-offered'));
    return null;
  }
  const session = performServerHandshake(socket, { settings: { maxConcurrentStreams: MAX_STREAMS } });
  session.on('error', () => socket.destroy());
  session.on('close', () => socket.destroy());
  session.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (headers[':method'] !== 'CONNECT') return void stream.respond({ ':status': 405 }, { endStream: true });
    answerConnect(stream, String(headers[':authority'] ?? ''), options);
  });
  // Only a session that the gateway took up counts as success: the handshake alone proves nothing in TLS 1.3.
  session.once('remoteSettings', () => {
    backoff.reset();
    options.log('info', 'tunnel-opened');
  });
  watch(session, socket);
  return session;
}

function watch(session: Http2Session, socket: TLSSocket): void {
  let answered = true;
  const timer = setInterval(() => {
    if (!answered || session.destroyed) return void socket.destroy(new Error('tunnel-silent'));
    answered = false;
    session.ping((fault) => {
      answered = fault === null;
    });
  }, PING_INTERVAL_MS);
  timer.unref();
  socket.once('close', () => clearInterval(timer));
}

function answerConnect(stream: ServerHttp2Stream, name: string, { services, log }: TunnelOptions): void {
  const service = services.find((one) => one.name === name);
  if (service === undefined) {
    log('warn', 'service-unknown', { service: name.slice(0, 64) });
    return void stream.respond({ ':status': 404 }, { endStream: true });
  }
  const local = connect({ host: service.address, port: service.port, allowHalfOpen: true, noDelay: true });
  local.on('error', (cause) => {
    if (stream.headersSent || stream.destroyed) return;
    log('warn', 'service-unreachable', { service: name, ...faultOf(cause) });
    stream.respond({ ':status': 502 }, { endStream: true });
  });
  const abandon = (): void => void local.destroy();
  stream.once('close', abandon);
  local.once('connect', () => {
    if (stream.destroyed) return;
    stream.off('close', abandon);
    stream.respond({ ':status': 200 });
    joinStreams(local, stream);
  });
}
