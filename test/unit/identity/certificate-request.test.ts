import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { entityRef } from '../../../core/contracts/identifiers.ts';
import { issueCertificate } from '../../../core/identity/certificate-authority.ts';
import { parseCertificateRequest } from '../../../core/identity/certificate-request.ts';
import { readElement, sequence } from '../../../core/identity/der.ts';
import {
  alternativeNames,
  authorityConstraint,
  certificateSigning,
  createRequest,
  P256,
  type RequestOptions,
} from '../../fixtures/certificate-requests.ts';
import { derElement } from '../../fixtures/der.ts';
import { createTestPki } from '../../fixtures/pki.ts';

const PUMP = entityRef('device', 'north:pump-3');
const rsa = (modulusLength: number) => ({
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength,
  publicExponent: Uint8Array.of(1, 0, 1),
  hash: 'SHA-256',
});
const judge = async (request: string | Uint8Array) => {
  const result = await parseCertificateRequest(request, PUMP);
  return result.ok ? 'ok' : result.code;
};
const toDer = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');

describe('a certificate request', () => {
  let pem: string;
  beforeAll(async () => {
    pem = await createRequest();
  });

  it('is read as PEM, as DER and as base64, with one digest', async () => {
    const der = toDer(pem);
    const forms = await Promise.all(
      [pem, der, der.toString('base64'), pem.replaceAll('\n', '\r\n')].map((form) =>
        parseCertificateRequest(form, PUMP),
      ),
    );
    expect(new Set(forms.map((form) => (form.ok ? form.value.digest : form.code))).size).toBe(1);
    expect(forms[0]).toMatchObject({ ok: true });
  });

  it('supplies a key that a certificate can be issued for', async () => {
    const result = await parseCertificateRequest(pem, PUMP);
    const { value } = result.ok ? result : expect.fail(result.code);
    const [pki, key] = [await createTestPki(), value.publicKeySpki];
    const order = { ref: PUMP, purpose: 'device' as const, serialHex: '7f', notBeforeMs: 0, notAfterMs: 1000 };
    const issued = await issueCertificate({ ...order, authority: pki.device, publicKeySpki: key });
    expect(new X509Certificate(issued).publicKey.export({ type: 'spki', format: 'der' }).equals(key)).toBe(true);
  });

  it.each<[string, RequestOptions]>([
    ['no subject', { subject: '' }],
    [
      'its own SPIFFE id',
      { extensions: [alternativeNames({ type: 'url', value: 'spiffe://vitalgate/site/north/device/pump-3' })] },
    ],
    ['an organisation beside its name', { subject: 'O=St Elsewhere, CN=north:pump-3' }],
    ['SHA-384', { hash: 'SHA-384' }],
  ])('is accepted with %s', async (_, options) => {
    expect(await judge(await createRequest(options))).toBe('ok');
  });

  it.each<[string, RequestOptions, string]>([
    ['RSA with 1,024 bits', { algorithm: rsa(1024) }, 'csr-weak-key'],
    ['RSA with 3,072 bits', { algorithm: rsa(3072) }, 'csr-weak-key'],
    ['P-384', { algorithm: { ...P256, namedCurve: 'P-384' } }, 'csr-weak-key'],
    ['a SHA-1 signature', { hash: 'SHA-1' }, 'csr-signature'],
    ['another CN', { subject: 'CN=north:pump-4' }, 'csr-foreign-subject'],
    ['its own and another CN', { subject: 'CN=north:pump-3, CN=north:pump-4' }, 'csr-foreign-subject'],
    [
      'a host name',
      { extensions: [alternativeNames({ type: 'dns', value: 'pump-3.example' })] },
      'csr-foreign-subject',
    ],
    [
      'the id of another site',
      { extensions: [alternativeNames({ type: 'url', value: 'spiffe://vitalgate/site/south/device/pump-3' })] },
      'csr-foreign-subject',
    ],
    [
      'the id of a gateway',
      { extensions: [alternativeNames({ type: 'url', value: 'spiffe://vitalgate/site/north/gateway/pump-3' })] },
      'csr-foreign-subject',
    ],
    ['CA:TRUE', { extensions: [authorityConstraint()] }, 'csr-requests-ca'],
    ['the right to sign certificates', { extensions: [certificateSigning()] }, 'csr-requests-ca'],
  ])('is refused with %s', async (_, options, code) => {
    expect(await judge(await createRequest(options))).toBe(code);
  });

  it('is refused when its signature is of another key', async () => {
    const [information] = sequence(readElement(toDer(pem)));
    const [, algorithm, signature] = sequence(readElement(toDer(await createRequest())));
    const parts = [information, algorithm, signature].map((part) => part?.encoded ?? new Uint8Array());
    expect(await judge(derElement(0x30, ...parts))).toBe('csr-signature');
  });

  it.each(['', 'no request', '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----', 'MAA='])(
    'is malformed as %j',
    async (text) => {
      expect(await judge(text)).toBe('csr-malformed');
    },
  );

  it('is malformed with bytes behind it, and when it is too large to be one', async () => {
    const der = toDer(pem);
    expect(await judge(Buffer.concat([der, Buffer.from([5, 0])]))).toBe('csr-malformed');
    expect(await judge(Buffer.alloc(20_000, 0x30))).toBe('csr-malformed');
  });

  it('is never accepted after a single bit is flipped, and reading it never throws', async () => {
    const der = toDer(pem);
    await fc.assert(
      fc.asyncProperty(fc.nat(der.length - 1), fc.nat(7), async (at, bit) => {
        const bent = Buffer.from(der);
        bent.writeUInt8(bent.readUInt8(at) ^ (1 << bit), at);
        expect(await judge(bent)).not.toBe('ok');
      }),
      { numRuns: 300 },
    );
  });

  it('never throws on arbitrary bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await judge(bytes)).toBe('csr-malformed');
      }),
    );
  });
});
