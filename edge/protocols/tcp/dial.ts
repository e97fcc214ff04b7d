/** Opens the connection to a resource of raw TCP, in TLS where the resource speaks it. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { UpstreamTls } from '../upstream-tls.ts';

const DIAL_TIMEOUT_MS = 5000;

export interface DialTarget {
  readonly host: string;
  readonly port: number;
}

/** @returns at once; `connected` runs when bytes may pass, an `error` event says that it failed */
export function dialResource(target: DialTarget, tls: UpstreamTls | null, connected: () => void): Socket {
  const options = { ...target, allowHalfOpen: true, noDelay: true };
  const socket =
    tls === null ? connect(options, () => established()) : connectTls({ ...options, ...tls }, () => established());
  const timer = setTimeout(() => socket.destroy(new Error('dial timed out')), DIAL_TIMEOUT_MS);
  const established = (): void => {
    clearTimeout(timer);
    connected();
  };
  socket.once('close', () => clearTimeout(timer));
  return socket;
}
