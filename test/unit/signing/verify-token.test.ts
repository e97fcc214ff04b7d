import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CompactSign, exportJWK, type JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { type JwtCheck, verifyJwt } from '../../../core/signing/verify-jwt.ts';
import { type TokenCheck, verifyToken } from '../../../core/signing/verify-token.ts';
import { TEST_NOW_MS } from '../../fixtures/pki.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const jwkOf = async (key: KeyObject, members: JWK | object): Promise<JWK> => ({
  ...(await exportJWK(key)),
  ...members,
});
const keys = {
  keys: [
    await jwkOf(rsa.publicKey, { kid: 'rsa' }),
    await jwkOf(ec.publicKey, { kid: 'ec', alg: 'ES256', use: 'sig' }),
    await jwkOf(ed.publicKey, { kid: 'ed' }),
    { kty: 'oct', kid: 'shared', k: Buffer.alloc(32, 7).toString('base64url') },
    { kty: 'oct', kid: 'short', k: Buffer.alloc(16, 7).toString('base64url') },
  ],
};
const sign = (key: KeyObject, header: { alg: string; kid?: string; typ?: string }, payload: unknown = { hello: 1 }) =>
  new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader(header).sign(key);
const judge = async (token: string, check: Partial<TokenCheck> = {}) => {
  const result = await verifyToken({ token, keys, ...check });
  return result.ok ? JSON.parse(Buffer.from(result.value).toString()) : result.code;
};
const hmac = (header: object, secret: Uint8Array | string) => {
  const input = [header, { hello: 1 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
};

describe('a token of any issuer', () => {
  it.each([
    ['RS256', rsa.privateKey, 'rsa'],
    ['PS384', rsa.privateKey, 'rsa'],
    ['ES256', ec.privateKey, 'ec'],
    ['EdDSA', ed.privateKey, 'ed'],
  ])('verifies with %s, with and without a key name', async (alg, key, kid) => {
    expect(await judge(await sign(key, { alg, kid }))).toEqual({ hello: 1 });
    expect(await judge(await sign(key, { alg }))).toEqual({ hello: 1 });
    expect(await judge(await sign(key, { alg, kid }), { algorithm: alg })).toEqual({ hello: 1 });
  });

  it('is held to the algorithm demanded', async () => {
    expect(await judge(await sign(rsa.privateKey, { alg: 'RS256' }), { algorithm: 'RS384' })).toBe('jws-algorithm');
  });

  it('is held to the algorithm of the key', async () => {
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    expect(await judge(await sign(p384.privateKey, { alg: 'ES384', kid: 'ec' }))).toBe('jws-unknown-key');
  });

  it('without a signature is refused', async () => {
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await judge(`${none}.e30.`)).toBe('jws-malformed');
    expect(await judge(`${none}.e30.AAAA`)).toBe('jws-algorithm');
  });

  it('signed with a shared secret is taken only when that is asked for', async () => {
    const token = hmac({ alg: 'HS256', kid: 'shared' }, Buffer.alloc(32, 7));
    expect(await judge(token)).toBe('jws-algorithm');
    expect(await judge(token, { algorithm: 'HS256' })).toEqual({ hello: 1 });
    const short = hmac({ alg: 'HS256', kid: 'short' }, Buffer.alloc(16, 7));
    expect(await judge(short, { algorithm: 'HS256' })).toBe('jws-unknown-key');
  });

  it('signed with a public key as if it were a secret is refused', async () => {
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    for (const kid of ['rsa', undefined]) {
      expect(
        await judge(hmac({ alg: 'HS256', ...(kid && { kid }) }, pem.toString()), { algorithm: 'HS256' }),
      ).not.toEqual({
        hello: 1,
      });
    }
  });

  it('carrying its own key is refused', async () => {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const header = { alg: 'ES256', jwk: await exportJWK(own.publicKey) };
    expect(await judge(await sign(own.privateKey, header))).toBe('jws-signature');
  });

  it('of a weak RSA key is refused', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const token = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.AAAA`;
    expect(await judge(token, { keys: { keys: [await jwkOf(weak.publicKey, {})] } })).toBe('jws-weak-key');
  });

  it('is held to the type demanded, as a media type', async () => {
    const token = await sign(ec.privateKey, { alg: 'ES256', typ: 'at+jwt' });
    expect(await judge(token, { type: 'application/AT+JWT' })).toEqual({ hello: 1 });
    expect(await judge(token, { type: 'jwt' })).toBe('jws-type');
  });

  it('with a critical extension is refused', async () => {
    const header = Buffer.from('{"alg":"ES256","crit":["b64"],"b64":false}').toString('base64url');
    expect(await judge(`${header}.e30.AAAA`)).toBe('jws-critical');
  });

  it.each(['', '.', 'a.b', 'a.b.c.d', 'e30.e30.AA', '{}', 'e30=.e30.AA', 'eyJhbGciOiJFUzI1NiJ9\n.e30.AA'])(
    'is malformed as %j',
    async (token) => {
      expect(await judge(token)).toBe('jws-malformed');
    },
  );
});

describe('a JWT', () => {
  const now = TEST_NOW_MS / 1000;
  const claims = { iss: 'https://issuer', aud: ['vitalgate', 'other'], exp: now + 60, nbf: now, sub: 'ada' };
  const judgeJwt = async (payload: unknown, check: Partial<JwtCheck> = {}) => {
    const token = await sign(rsa.privateKey, { alg: 'RS256', kid: 'rsa' }, payload);
    const demanded = { issuer: 'https://issuer', audience: 'vitalgate', nowMs: TEST_NOW_MS };
    const result = await verifyJwt({ token, keys, ...demanded, ...check });
    return result.ok ? 'ok' : result.code;
  };

  it.each<[string, unknown, string]>([
    ['that says all that is demanded', claims, 'ok'],
    ['for one audience', { ...claims, aud: 'vitalgate' }, 'ok'],
    ['of another issuer', { ...claims, iss: 'https://issuer/' }, 'jwt-issuer'],
    ['without an issuer', { ...claims, iss: undefined }, 'jwt-issuer'],
    ['for another audience', { ...claims, aud: 'vitalgate-2' }, 'jwt-audience'],
    ['for nobody', { ...claims, aud: undefined }, 'jwt-audience'],
    ['at its last second', { ...claims, exp: now }, 'jwt-expired'],
    ['before its first second', { ...claims, nbf: now + 1 }, 'jwt-not-yet-valid'],
    ['whose end is a word', { ...claims, exp: 'never' }, 'jwt-malformed'],
    ['that is a list', [], 'jwt-malformed'],
    ['that is a text', 'claims', 'jwt-malformed'],
  ])('%s', async (_, payload, code) => {
    expect(await judgeJwt(payload)).toBe(code);
  });

  it('is judged at the given time', async () => {
    expect(await judgeJwt(claims, { nowMs: TEST_NOW_MS + 60_000 })).toBe('jwt-expired');
    expect(await judgeJwt(claims, { nowMs: TEST_NOW_MS - 1 })).toBe('jwt-not-yet-valid');
  });

  it('is held to its signature first', async () => {
    expect(await judgeJwt(claims, { algorithm: 'ES256' })).toBe('jws-algorithm');
  });
});
