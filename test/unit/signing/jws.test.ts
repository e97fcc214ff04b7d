import fc from 'fast-check';
import { CompactSign, importJWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../core/contracts/canonical-json.ts';
import { canonicalDigest } from '../../../core/signing/digest.ts';
import { openCompact, signCompact, verifyCompact } from '../../../core/signing/jws.ts';
import { createTestSigner } from '../../fixtures/pki.ts';

const TYP = 'test+jws';
const signer = createTestSigner('key-1');
const payload = { b: [1, 'ü'], a: { c: null } };
let token: string;
beforeAll(async () => {
  token = await signCompact(payload, TYP, signer);
});
const judge = async (text: string, keys = signer.jwks, typ = TYP) => {
  const result = await verifyCompact(text, keys, typ);
  return result.ok ? 'ok' : result.code;
};
/** Signed by jose with the same key, so that only the header differs. */
const withHeader = async (header: { alg: string; [name: string]: unknown }) => {
  const key = await importJWK({ ...signer.key.privateKey.export({ format: 'jwk' }), alg: 'ES256' } as never);
  return new CompactSign(Buffer.from(canonicalJson(payload))).setProtectedHeader(header).sign(key);
};

describe('a compact JWS', () => {
  it('gives back what was signed, with its canonical digest', () => {
    expect(openCompact(token, signer.jwks, TYP)).toEqual({
      ok: true,
      value: { payload, digest: canonicalDigest(payload) },
    });
  });

  it('of another implementation verifies too', async () => {
    expect(await judge(await withHeader({ alg: 'ES256', kid: 'key-1', typ: TYP }))).toBe('ok');
  });

  it('verifies under one of several keys, found by its name', async () => {
    const keys = { keys: [createTestSigner('key-0').jwk, signer.jwk] };
    expect(await judge(token, keys)).toBe('ok');
    expect(await judge(token, { keys: [createTestSigner('key-0').jwk] })).toBe('jws-unknown-key');
    expect(await judge(token, { keys: [createTestSigner('key-1').jwk] })).toBe('jws-signature');
  });

  it('is refused when its key is ambiguous, meant for other work, or broken', async () => {
    const { jwk } = signer;
    expect(await judge(token, { keys: [jwk, createTestSigner('key-1').jwk] })).toBe('jws-unknown-key');
    expect(await judge(token, { keys: [{ ...jwk, use: 'enc' }] })).toBe('jws-unknown-key');
    expect(await judge(token, { keys: [{ ...jwk, alg: 'ES384' }] })).toBe('jws-unknown-key');
    expect(await judge(token, { keys: [{ ...jwk, key_ops: ['sign'] }] })).toBe('jws-unknown-key');
    expect(await judge(token, { keys: [{ ...jwk, x: 'AAAA' }] })).toBe('jws-unknown-key');
    expect(await judge(token, { keys: [{ ...jwk, kid: 'key-2', x: 'AAAA' }, jwk] })).toBe('ok');
  });

  it('of another type is refused', async () => {
    expect(await judge(token, signer.jwks, 'other+jws')).toBe('jws-type');
    expect(await judge(await withHeader({ alg: 'ES256', kid: 'key-1' }))).toBe('jws-type');
  });

  it('without a key name is refused', async () => {
    expect(await judge(await withHeader({ alg: 'ES256', typ: TYP }))).toBe('jws-unknown-key');
  });

  it('with another algorithm is refused, whatever key its name points to', async () => {
    const [, body, signature] = token.split('.');
    const bent = (alg: string) => Buffer.from(JSON.stringify({ alg, kid: 'key-1', typ: TYP })).toString('base64url');
    for (const alg of ['none', 'HS256', 'ES384', 'RS256', 'es256']) {
      expect(await judge(`${bent(alg)}.${body}.${signature}`)).toBe('jws-algorithm');
    }
  });

  it('that demands an extension is refused', async () => {
    const [, body, signature] = token.split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'key-1', typ: TYP, crit: ['x'], x: 1 }));
    expect(await judge(`${header.toString('base64url')}.${body}.${signature}`)).toBe('jws-malformed');
  });

  it('has one spelling: added characters, white space and stray bits are refused', async () => {
    const last = token.at(-1) ?? '';
    const stray = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const neighbour = stray[stray.indexOf(last) + 1] ?? 'B';
    for (const text of [
      `${token}=`,
      `${token}\n`,
      ` ${token}`,
      `${token}.`,
      `${token.slice(0, -1)}${neighbour}`,
      '',
      '..',
    ]) {
      expect(await judge(text)).toBe('jws-malformed');
    }
  });

  it('never verifies after any one character is changed, and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 1),
        fc.constantFrom('A', 'b', '9', '_', '.', ' '),
        async (at, character) => {
          fc.pre(token[at] !== character);
          expect(await judge(token.slice(0, at) + character + token.slice(at + 1))).not.toBe('ok');
        },
      ),
    );
  });

  it('never throws on arbitrary text and keys', async () => {
    const keys = fc.array(fc.record({ kty: fc.string(), kid: fc.string(), x: fc.string(), y: fc.string() }));
    await fc.assert(
      fc.asyncProperty(fc.string(), keys, async (text, list) => {
        expect(await judge(text, { keys: list })).not.toBe('ok');
      }),
    );
  });
});
