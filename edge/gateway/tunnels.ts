/**
 * The way back to devices. A device's agent holds one TLS connection; over it the gateway is the HTTP/2 client and opens
 * one CONNECT stream for each session to a service of the device. @see RFC 9113 §8.5
 */
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { EntityId } from '../../core/contracts/identifiers.ts';
import type { LiveSession } from './live-session.ts';

const PING_INTERVAL_MS = 15_000;
/** Room for one stream on its way; a slow local reader stops only its own stream. */
const WINDOW_BYTES = 1024 * 1024;

interface Tunnel {
  readonly live: LiveSession;
  readonly session: ClientHttp2Session;
  readonly ping: NodeJS.Timeout;
}

export interface TunnelEvents {
  readonly opened: (device: EntityId) => void;
  readonly closed: (device: EntityId) => void;
}

export class Tunnels {
  readonly #events: TunnelEvents;
  readonly #tunnels = new Map<EntityId, Tunnel>();

  constructor(events: TunnelEvents) {
    this.#events = events;
  }

  get size(): number {
    return this.#tunnels.size;
  }

  /** Takes over an admitted tunnel connection. A device has one: a new one takes the place of the old. */
  hold(live: LiveSession, socket: TLSSocket): void {
    const device = live.record.subject.id;
    this.#tunnels.get(device)?.live.end();
    const session = connect('https://tunnel', {
      createConnection: () => socket,
      settings: { initialWindowSize: WINDOW_BYTES, enablePush: false },
    });
    live.hold(session);
    const ping = setInterval(() => {
      if (!session.destroyed) session.ping((error) => error && live.end());
    }, PING_INTERVAL_MS);
    ping.unref();
    const tunnel: Tunnel = { live, session, ping };
    const gone = (): void => {
      clearInterval(ping);
      if (this.#tunnels.get(device) !== tunnel) return;
      this.#tunnels.delete(device);
      this.#events.closed(device);
    };
    session.on('error', () => undefined);
    session.on('close', gone);
    this.#tunnels.set(device, tunnel);
    this.#events.opened(device);
  }

  has(device: EntityId): boolean {
    return this.#tunnels.has(device);
  }

  /** @returns a stream to the service, or null when the device holds no tunnel here */
  open(device: EntityId, service: string): Duplex | null {
    const session = this.#tunnels.get(device)?.session;
    if (session === undefined || session.destroyed || session.closed) return null;
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'CONNECT',
      [constants.HTTP2_HEADER_AUTHORITY]: service,
    });
    stream.on('response', (headers) => {
      const status = headers[constants.HTTP2_HEADER_STATUS];
      if (Number(status) !== 200) stream.destroy(new Error('the agent refused the service'));
    });
    return stream;
  }
}
