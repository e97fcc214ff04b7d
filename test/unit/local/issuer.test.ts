import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from '../../../edge/agent/https-exchange.ts';
import { ensureMachineCertificates } from '../../../local/endpoint/machine-authority.ts';
import { clientSecret, createIssuer } from '../../../local/issuer/issuer-server.ts';
import { mintToken } from '../../../local/issuer/mint-token.ts';
import { ensureIssuerKey } from '../../../local/issuer/signing-key.ts';
import { localPaths } from '../../../local/paths.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const AUDIENCE = 'vitalgate';
const paths = localPaths(mkdtempSync(join(tmpdir(), 'vitalgate-issuer-')));
let server: Server;
let issuer: string;

beforeAll(async () => {
  const certificate = await ensureMachineCertificates(paths, Date.now());
  const key = await ensureIssuerKey(paths.issuer);
  const options = { audience: AUDIENCE, key, certificate, nowMs: () => NOW_MS };
  server = createIssuer({ ...options, issuer: 'https://localhost', clientSecret: clientSecret(paths.issuer) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  issuer = `https://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => {
  server.close();
  rmSync(paths.root, { recursive: true, force: true });
});

const ask = (path: string, form?: Record<string, string>) =>
  exchange({
    url: new URL(`${issuer}${path}`),
    method: form === undefined ? 'GET' : 'POST',
    ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
    connection: { ca: readFileSync(paths.caCertificate) },
  });

const order = (changes: Record<string, string> = {}) => ({
  grant_type: 'client_credentials',
  client_id: 'local',
  client_secret: clientSecret(paths.issuer),
  role: 'security-engineer',
  site: 'north',
  ...changes,
});

describe('the development issuer', () => {
  it('publishes where its keys are, over TLS of this machine', async () => {
    const { status, text } = await ask('/.well-known/openid-configuration');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ issuer: 'https://localhost', jwks_uri: 'https://localhost/jwks.json' });
  });

  it('issues tokens that its keys verify and that carry role, site and authentication', async () => {
    const { access_token: token } = JSON.parse((await ask('/token', order({ acr: 'aal3', ttl: '60' }))).text);
    const keys = createLocalJWKSet(JSON.parse((await ask('/jwks.json')).text));
    const { payload } = await jwtVerify(token, keys, {
      issuer: 'https://localhost',
      audience: AUDIENCE,
      algorithms: ['RS256'],
      currentDate: new Date(NOW_MS),
    });
    expect(payload).toMatchObject({
      sub: 'north:security-engineer',
      'vitalgate:roles': ['security-engineer'],
      'vitalgate:site': 'north',
      acr: 'aal3',
      auth_time: NOW_MS / 1000,
      exp: NOW_MS / 1000 + 60,
    });
  });

  it('issues nothing to whoever does not hold the secret of this machine', async () => {
    expect((await ask('/token', order({ client_secret: 'guess' }))).status).toBe(401);
  });

  it.each([
    { site: 'No Site' },
    { role: '../x' },
    { ttl: '0' },
    { ttl: '99999999' },
    { extra: 'x' },
    { grant_type: 'password' },
  ])('refuses a request with %o', async (changes) => {
    expect((await ask('/token', order(changes as Record<string, string>))).status).toBe(400);
  });

  it('reads no more of a request than it needs', async () => {
    expect((await ask('/token', order({ extra: 'x'.repeat(10_000) }))).status).toBe(400);
  });

  it('keeps its key over restarts', async () => {
    const one = await ensureIssuerKey(paths.issuer);
    const other = await ensureIssuerKey(paths.issuer);
    expect(other.publicJwk).toEqual(one.publicJwk);
    const token = await mintToken(one, {
      issuer: 'i',
      audience: AUDIENCE,
      role: 'auditor',
      site: 'north',
      acr: 'aal1',
      ttlSeconds: 60,
      nowMs: NOW_MS,
    });
    await expect(
      jwtVerify(token, createLocalJWKSet({ keys: [other.publicJwk] }), { currentDate: new Date(NOW_MS) }),
    ).resolves.toBeDefined();
  });
});
