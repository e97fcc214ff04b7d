/** The pull channel: heads, snapshots and bundles from the API, with the gateway's own token. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { MAX_BUNDLE_BYTES } from '../../core/contracts/bundle.ts';
import { VitalgateError } from '../../core/errors.ts';
import type { CloudPull } from '../gateway/cloud-link.ts';

const TIMEOUT_MS = 10_000;
const MAX_STATE_BYTES = 16 * 1024 * 1024;
const MAX_REDIRECTS = 2;

export interface HttpsCloudPullOptions {
  /** Base URL of the API. */
  readonly api: string;
  readonly ca: string | undefined;
  readonly token: () => Promise<string>;
}

export function createHttpsCloudPull(options: HttpsCloudPullOptions): CloudPull {
  const get = async (path: string, maxBytes: number): Promise<string> => {
    const url = new URL(`${options.api.replace(/\/$/, '')}${path}`);
    const text = await fetchText(url, { authorization: `Bearer ${await options.token()}` }, options.ca, maxBytes);
    return tokenOf(text);
  };
  return {
    head: () => get('/v1/gateway/head', MAX_STATE_BYTES),
    snapshot: () => get('/v1/gateway/state', MAX_STATE_BYTES),
    bundle: () => get('/v1/gateway/bundle', MAX_BUNDLE_BYTES),
  };
}

/** The answer is a compact JWS, bare or as the member `token` of a JSON object. */
function tokenOf(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return trimmed;
  const parsed: unknown = JSON.parse(trimmed);
  const token = (parsed as { token?: unknown }).token;
  if (typeof token !== 'string') throw new VitalgateError('ERR_CLOUD_ANSWER', 'the API answered without a token');
  return token;
}

/** Follows redirects to presigned addresses without showing them the token. */
async function fetchText(
  url: URL,
  headers: Record<string, string>,
  ca: string | undefined,
  maxBytes: number,
  redirects = 0,
): Promise<string> {
  const response = await open(url, headers, ca);
  const status = response.statusCode ?? 0;
  const location = response.headers.location;
  if (status >= 300 && status < 400 && location !== undefined && redirects < MAX_REDIRECTS) {
    response.resume();
    return fetchText(new URL(location, url), {}, ca, maxBytes, redirects + 1);
  }
  if (status !== 200) {
    response.resume();
    throw new VitalgateError('ERR_CLOUD_STATUS', `the API answered ${status}`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      throw new VitalgateError('ERR_CLOUD_OVERSIZE', 'the API answered with more than is accepted');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function open(url: URL, headers: Record<string, string>, ca: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(new VitalgateError('ERR_CLOUD_UNREACHABLE', 'the API could not be reached', { cause }));
    const options = { method: 'GET', headers, timeout: TIMEOUT_MS };
    const request: ClientRequest =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, ...(ca !== undefined && { ca }) }, resolve)
        : httpRequest(url, options, resolve);
    request.on('error', fail);
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.end();
  });
}
