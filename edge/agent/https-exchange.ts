/** One HTTPS request and its whole answer, bounded in size and time, with the connection options of the caller. */
import type { IncomingHttpHeaders } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { VitalgateError } from '../../core/errors.ts';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

export interface Exchange {
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** TLS and agent options. */
  readonly connection?: Pick<
    RequestOptions,
    'agent' | 'ca' | 'cert' | 'key' | 'servername' | 'checkServerIdentity' | 'minVersion' | 'allowPartialTrustChain'
  >;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** What protected it. */
  readonly tls: { readonly version: string; readonly cipher: string } | null;
}

/** @throws VitalgateError `ERR_HTTPS_UNREACHABLE`, `ERR_HTTPS_OVERSIZE` */
export function exchange({ url, method, headers, body, connection, signal }: Exchange): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const unreachable = (cause: unknown): void =>
    reject(new VitalgateError('ERR_HTTPS_UNREACHABLE', `${url.origin} could not be reached`, { cause }));
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const outgoing = request(
    url,
    { ...connection, method, headers: { ...headers, ...length }, timeout: TIMEOUT_MS, signal },
    (incoming) => {
      const tls = describeTls(incoming.socket as TLSSocket);
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MAX_ANSWER_BYTES) return void chunks.push(chunk);
        reject(new VitalgateError('ERR_HTTPS_OVERSIZE', 'the answer is longer than is accepted'));
        incoming.destroy();
      });
      incoming.on('error', unreachable);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text: Buffer.concat(chunks).toString('utf8'),
          tls,
        }),
      );
    },
  );
  outgoing.on('error', unreachable);
  outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
  outgoing.end(body);
  return promise;
}

function describeTls(socket: TLSSocket): Answer['tls'] {
  const version = socket.getProtocol?.();
  if (typeof version !== 'string') return null;
  return { version, cipher: socket.getCipher().standardName };
}
