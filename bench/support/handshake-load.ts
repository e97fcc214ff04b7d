/** A client that does nothing but full mutual TLS 1.3 handshakes with one request each, and never resumes. */
import { connect, createSecureContext, type SecureContext } from 'node:tls';

export interface LoadTarget {
  readonly port: number;
  readonly serverName: string;
  readonly request: string;
}

export interface LoadClient {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export interface LoadResult {
  readonly ok: number;
  readonly failed: number;
  readonly wallSeconds: number;
}

export function loadContexts(clients: readonly LoadClient[], groups: string | undefined): SecureContext[] {
  return clients.map((client) =>
    createSecureContext({ ...client, minVersion: 'TLSv1.3', ...(groups !== undefined && { ecdhCurve: groups }) }),
  );
}

/** `total` connections, `concurrency` at a time. A connection counts when its answer was 200 and complete. */
export async function runLoad(
  target: LoadTarget,
  contexts: readonly SecureContext[],
  total: number,
  concurrency: number,
): Promise<LoadResult> {
  let started = 0;
  let ok = 0;
  const startedMs = performance.now();
  const one = (): Promise<boolean> =>
    new Promise((resolve) => {
      const secureContext = contexts[started % contexts.length];
      const socket = connect({
        host: '127.0.0.1',
        port: target.port,
        servername: target.serverName,
        checkServerIdentity: () => undefined,
        ...(secureContext !== undefined && { secureContext }),
      });
      let received = '';
      socket.setEncoding('latin1');
      socket.once('secureConnect', () => socket.write(target.request));
      socket.on('data', (text: string) => {
        received += text;
      });
      socket.on('error', () => undefined);
      socket.once('close', () => resolve(received.startsWith('HTTP/1.1 200')));
    });
  const lane = async (): Promise<void> => {
    while (started < total) {
      started += 1;
      if (await one()) ok += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return { ok, failed: total - ok, wallSeconds: (performance.now() - startedMs) / 1000 };
}
