/** One HTTPS request that trusts this machine's authority and nobody else. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { LocalPaths } from '../paths.ts';

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const TIMEOUT_MS = 10_000;

/** @throws Error for anything but a 2xx answer */
export function endpointRequest(paths: LocalPaths, url: string, options: RequestOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method: options.method ?? 'GET',
        headers: { ...options.headers },
        ca: readFileSync(paths.caCertificate),
        agent: false,
        timeout: TIMEOUT_MS,
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const status = answer.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(text);
          else reject(new Error(`${options.method ?? 'GET'} ${url} answered ${status}: ${text.slice(0, 500)}`));
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${url} did not answer`)));
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}
