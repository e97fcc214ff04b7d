import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entityRef } from '../../../../core/contracts/identifiers.ts';
import { createHandler } from '../../../../functions/gateway-authorizer/handler.ts';
import { FakeCertificateDirectory } from '../../../fakes/fake-certificate-directory.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';
import {
  createTestKey,
  createTestPki,
  DAY_MS,
  TEST_NOW_MS,
  type TestLeaf,
  type TestPki,
} from '../../../fixtures/pki.ts';

const GATEWAY = entityRef('gateway', 'north:gw-1');
const AUDIENCE = 'vitalgate-gateway-api';
const NOW_SECONDS = TEST_NOW_MS / 1000;
let pki: TestPki;
let leaf: TestLeaf;

beforeAll(async () => {
  pki = await createTestPki();
  leaf = await pki.issue(GATEWAY);
});

interface TokenChanges {
  readonly header?: object;
  readonly claims?: Record<string, unknown>;
  readonly signedBy?: TestLeaf | { readonly key: TestLeaf['key'] };
  readonly certificate?: TestLeaf;
}

function token({ header = {}, claims = {}, signedBy, certificate = leaf }: TokenChanges = {}): Promise<string> {
  const x5c = [certificate.certificate.raw.toString('base64'), pki.gateway.certificate.raw.toString('base64')];
  const { id } = certificate.ref;
  return new SignJWT({
    iss: id,
    sub: id,
    aud: AUDIENCE,
    iat: NOW_SECONDS,
    exp: NOW_SECONDS + 60,
    jti: randomUUID(),
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', x5c, ...header })
    .sign((signedBy ?? certificate).key.privateKey);
}

function createStage() {
  const directory = new FakeCertificateDirectory(leaf);
  const recorded = recordedLog();
  const handler = createHandler({
    anchor: pki.gateway.certificate,
    audience: AUDIENCE,
    directory,
    surroundings: { nowMs: () => TEST_NOW_MS },
    ...recorded,
  });
  const ask = async (authorization: string | undefined) => {
    const answer = await handler({ version: '2.0', type: 'REQUEST', headers: { authorization } });
    return answer.isAuthorized ? answer.context : recorded.lines.at(-1)?.['reason'];
  };
  return { directory, recorded, ask };
}

let stage: ReturnType<typeof createStage>;
beforeEach(() => {
  stage = createStage();
});

describe('gateway-authorizer', () => {
  it('lets a gateway pass and says which one it is', async () => {
    const caller = await stage.ask(`Bearer ${await token()}`);
    expect(caller).toEqual({ site: 'north', gateway: 'north:gw-1', thumbprint: leaf.thumbprint });
  });

  it.each<[string, TokenChanges, string]>([
    ['for another audience', { claims: { aud: 'elsewhere' } }, 'jwt-audience'],
    ['about another gateway', { claims: { sub: 'north:gw-2' } }, 'token-foreign-subject'],
    ['by another issuer', { claims: { iss: 'north:gw-2' } }, 'jwt-issuer'],
    ['that has expired', { claims: { iat: NOW_SECONDS - 61, exp: NOW_SECONDS - 1 } }, 'jwt-expired'],
    ['that lives for longer than a minute', { claims: { exp: NOW_SECONDS + 61 } }, 'token-lifetime'],
    ['that never ends', { claims: { exp: undefined } }, 'token-lifetime'],
    ['from the future', { claims: { iat: NOW_SECONDS + 31, exp: NOW_SECONDS + 60 } }, 'token-lifetime'],
    ['of another media type', { header: { typ: 'at+jwt' } }, 'token-header'],
    ['without its certificate', { header: { x5c: undefined } }, 'token-header'],
    ['with something else for a certificate', { header: { x5c: ['AAAA'] } }, 'token-header'],
    ['signed by another key', { signedBy: { key: createTestKey() } }, 'jws-signature'],
  ])('refuses a token %s', async (_name, changes, reason) => {
    expect(await stage.ask(`Bearer ${await token(changes)}`)).toBe(reason);
    expect(stage.recorded.counted).toEqual(['GatewayRefused']);
  });

  it('refuses the certificate of a device, although its key signed', async () => {
    const device = await pki.issue(entityRef('device', 'north:pump-3'));
    stage.directory.issue(device);
    expect(await stage.ask(`Bearer ${await token({ certificate: device })}`)).toMatch(/^certificate-/);
  });

  it('refuses a gateway of another house', async () => {
    const foreign = await (await createTestPki()).issue(GATEWAY);
    stage.directory.issue(foreign);
    expect(await stage.ask(`Bearer ${await token({ certificate: foreign })}`)).toMatch(/^certificate-/);
  });

  it('refuses an expired certificate', async () => {
    const old = await pki.issue(GATEWAY, { notBeforeMs: TEST_NOW_MS - 2 * DAY_MS, notAfterMs: TEST_NOW_MS - DAY_MS });
    stage.directory.issue(old);
    expect(await stage.ask(`Bearer ${await token({ certificate: old })}`)).toBe('certificate-expired');
  });

  it('refuses a revoked certificate', async () => {
    stage.directory.issue(leaf, 'revoked');
    expect(await stage.ask(`Bearer ${await token()}`)).toBe('certificate-revoked');
  });

  it('refuses a certificate that the directory does not know', async () => {
    stage.directory.records.clear();
    expect(await stage.ask(`Bearer ${await token()}`)).toBe('certificate-unknown');
  });

  it.each([[undefined], ['Basic Zm9v'], ['Bearer '], ['Bearer not.a.token']])('refuses %s', async (header) => {
    expect(await stage.ask(header)).toMatch(/^token-/);
  });

  it('throws when the directory cannot be asked: nobody passes by a fault', async () => {
    stage.directory.fault = new Error('unreachable');
    await expect(stage.ask(`Bearer ${await token()}`)).rejects.toThrow('unreachable');
  });

  it('never logs a token', async () => {
    const refused = await token({ claims: { aud: 'elsewhere' } });
    await stage.ask(`Bearer ${refused}`);
    expect(stage.recorded.text()).not.toContain(refused.slice(0, 40));
  });
});
