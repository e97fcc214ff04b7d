/**
 * The development OIDC provider over HTTPS: discovery, keys, and tokens for whoever holds the client secret of this
 * machine. It knows no people; the role is what is asked for. Never for anything but a local run.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import * as z from 'zod';
import { SiteIdSchema } from '../../core/contracts/identifiers.ts';
import type { ServerCertificate } from '../endpoint/machine-authority.ts';
import { DEFAULT_ACR, mintToken } from './mint-token.ts';
import { type IssuerKey, SIGNING_ALGORITHM } from './signing-key.ts';

export interface IssuerOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly key: IssuerKey;
  readonly clientSecret: string;
  readonly certificate: ServerCertificate;
  readonly nowMs: () => number;
}

const MAX_BODY_BYTES = 4096;
const DEFAULT_TTL_SECONDS = 3600;
const MAX_TTL_SECONDS = 7 * 86_400;

/** RFC 6749 §4.4, with what a person would have brought along beside it. */
const TokenRequestSchema = z.strictObject({
  grant_type: z.literal('client_credentials'),
  client_id: z.string().min(1),
  client_secret: z.string(),
  role: z.string().regex(/^[a-z][a-z-]{0,63}$/),
  site: SiteIdSchema,
  acr: z.string().min(1).max(128).default(DEFAULT_ACR),
  ttl: z.coerce.number().int().min(1).max(MAX_TTL_SECONDS).default(DEFAULT_TTL_SECONDS),
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Made once; kept beside the key. */
export function clientSecret(directory: string): string {
  const file = join(directory, 'client-secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

export function createIssuer(options: IssuerOptions): Server {
  const { certificate } = options;
  const server = createServer({ cert: readFileSync(certificate.certificate), key: readFileSync(certificate.key) });
  server.on('request', (request, response) => {
    void answer(request, options)
      .catch((): Answer => ({ status: 500, body: { error: 'server_error' } }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
        response.end(JSON.stringify(body));
      });
  });
  return server;
}

async function answer(request: IncomingMessage, options: IssuerOptions): Promise<Answer> {
  const path = new URL(request.url ?? '/', options.issuer).pathname;
  if (request.method === 'GET' && path === '/.well-known/openid-configuration')
    return { status: 200, body: discovery(options.issuer) };
  if (request.method === 'GET' && path === '/jwks.json')
    return { status: 200, body: { keys: [options.key.publicJwk] } };
  if (request.method === 'POST' && path === '/token') return token(await formOf(request), options);
  return { status: 404, body: { error: 'not_found' } };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
/** Tells nothing by how long it takes. */
const sameSecret = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

const discovery = (issuer: string) => ({
  issuer,
  jwks_uri: `${issuer}/jwks.json`,
  token_endpoint: `${issuer}/token`,
  grant_types_supported: ['client_credentials'],
  token_endpoint_auth_methods_supported: ['client_secret_post'],
  response_types_supported: ['token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: [SIGNING_ALGORITHM],
});

async function token(form: unknown, options: IssuerOptions): Promise<Answer> {
  const parsed = TokenRequestSchema.safeParse(form);
  if (!parsed.success) return { status: 400, body: { error: 'invalid_request' } };
  const { client_secret: secret, role, site, acr, ttl: ttlSeconds } = parsed.data;
  if (!sameSecret(secret, options.clientSecret)) return { status: 401, body: { error: 'invalid_client' } };
  const { issuer, audience } = options;
  const minted = await mintToken(options.key, {
    issuer,
    audience,
    role,
    site,
    acr,
    ttlSeconds,
    nowMs: options.nowMs(),
  });
  return { status: 200, body: { access_token: minted, token_type: 'Bearer', expires_in: ttlSeconds } };
}

async function formOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) return undefined;
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
}
