/** One try to get a word out of somebody: whether a single byte came back, and how it ended. */
import type { Socket } from 'node:net';
import { faultCode } from '../program.ts';

/** In which a peer that would answer has answered. */
const PATIENCE_MS = 3_000;
const REQUEST = 'GET /metadata HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
/** RFC 8446 §5.1: the content type of an alert. */
const TLS_ALERT = 0x15;

export interface ProbeResult {
  /** `unreachable`: nobody was there to refuse. */
  readonly outcome: 'refused' | 'answered' | 'unreachable';
  readonly how: string;
}

/** @param secured the socket speaks TLS, and what is read from it is what the peer's application said */
export function probe(socket: Socket, secured: boolean, signal: AbortSignal): Promise<ProbeResult> {
  return new Promise((resolve) => {
    let reached = false;
    let fault: string | null = null;
    const finish = (outcome: ProbeResult['outcome'], how: string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abandon);
      resolve({ outcome, how });
      socket.destroy();
    };
    const abandon = (): void => void socket.destroy(new Error('stopped'));
    const timer = setTimeout(() => finish(reached ? 'refused' : 'unreachable', 'silence'), PATIENCE_MS);
    signal.addEventListener('abort', abandon);
    socket.once('connect', () => {
      reached = true;
    });
    socket.once(secured ? 'secureConnect' : 'connect', () => socket.write(REQUEST));
    socket.on('data', (chunk: Buffer) => {
      if (!secured && chunk[0] === TLS_ALERT) finish('refused', 'tls-alert');
      else finish('answered', `${chunk.length} bytes`);
    });
    socket.on('error', (cause) => {
      fault = faultCode(cause);
    });
    socket.once('close', () => finish(reached ? 'refused' : 'unreachable', fault ?? 'closed'));
  });
}
