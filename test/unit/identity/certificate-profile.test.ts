import 'reflect-metadata';
import type { X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { beforeAll, describe, expect, it } from 'vitest';
import { entityRef } from '../../../core/contracts/identifiers.ts';
import { checkCertificate } from '../../../core/identity/certificate-profile.ts';
import {
  type CertificatePurpose,
  MAX_LEAF_LIFETIME_MS,
  NOT_BEFORE_SKEW_MS,
} from '../../../core/identity/certificate-purposes.ts';
import {
  asVersionOne,
  curveSpki,
  type Forgery,
  forgeCertificate,
  rsaSpki,
  serverAuth,
  tampered,
} from '../../fixtures/forged-certificate.ts';
import { createTestPki, DAY_MS, TEST_NOW_MS, type TestPki } from '../../fixtures/pki.ts';

const PUMP = entityRef('device', 'north:pump-3');
let pki: TestPki;
beforeAll(async () => {
  pki = await createTestPki();
});

const judge = (
  chain: readonly X509Certificate[],
  purpose: CertificatePurpose = 'device',
  anchors: readonly X509Certificate[] = [pki.device.certificate],
  nowMs = TEST_NOW_MS,
) => checkCertificate({ chain, anchors, purpose, nowMs });
const forged = async (forgery: Partial<Forgery>) =>
  judge([await forgeCertificate({ authority: pki.device, ...forgery })]);

describe('a certificate of the right authority', () => {
  it('is valid and names its entity', async () => {
    const leaf = await pki.issue(PUMP);
    const verdict = judge([leaf.certificate]);
    expect(verdict).toMatchObject({ valid: true, code: 'certificate-valid', errors: [] });
    expect(verdict.identity).toMatchObject({ ref: PUMP, thumbprint: leaf.thumbprint });
    expect(verdict.identity?.serial).toBe(leaf.certificate.serialNumber.toLowerCase());
  });

  it('is valid through the root with its authority in the chain, in any order after the leaf', async () => {
    const { certificate } = await pki.issue(PUMP);
    const chain = [certificate, pki.root.certificate, pki.device.certificate];
    expect(judge(chain, 'device', [pki.root.certificate]).code).toBe('certificate-valid');
  });

  it.each([
    ['gateway', 'gateway', 'north:gw-1'],
    ['resource', 'resource', 'north:fhir'],
    ['application', 'resource', 'north:emr'],
  ] as const)('is valid for a %s', async (kind, purpose, id) => {
    const { certificate } = await pki.issue(entityRef(kind, id), { dnsNames: ['host.example'] });
    expect(judge([certificate], purpose, [pki[purpose].certificate]).code).toBe('certificate-valid');
  });

  it('is valid until its last second, and begins within the tolerance for clocks', async () => {
    const { certificate } = await pki.issue(PUMP, { notBeforeMs: TEST_NOW_MS, notAfterMs: TEST_NOW_MS + DAY_MS });
    const at = (nowMs: number) => judge([certificate], 'device', [pki.device.certificate], nowMs).code;
    expect(at(TEST_NOW_MS - NOT_BEFORE_SKEW_MS)).toBe('certificate-valid');
    expect(at(TEST_NOW_MS - NOT_BEFORE_SKEW_MS - 1)).toBe('certificate-not-yet-valid');
    expect(at(TEST_NOW_MS + DAY_MS)).toBe('certificate-valid');
    expect(at(TEST_NOW_MS + DAY_MS + 1)).toBe('certificate-expired');
  });
});

describe('the authority', () => {
  it('must be the one of the purpose: a device certificate from the gateway authority is refused', async () => {
    const { certificate } = await pki.issue(PUMP, { authority: pki.gateway });
    expect(judge([certificate]).code).toBe('certificate-untrusted');
    expect(judge([certificate, pki.gateway.certificate], 'device', [pki.root.certificate]).errors).toEqual([
      'certificate-wrong-authority',
    ]);
  });

  it('must have signed: a certificate altered after signing is refused', async () => {
    const { certificate } = await pki.issue(PUMP);
    expect(judge([tampered(certificate)]).errors).toContain('certificate-signature');
  });

  it('must be trusted: the same names under a foreign root are refused', async () => {
    const foreign = await createTestPki();
    const { certificate } = await foreign.issue(PUMP);
    expect(judge([certificate]).code).toBe('certificate-signature');
    expect(judge([certificate, foreign.device.certificate], 'device', [pki.root.certificate]).valid).toBe(false);
    expect(judge([certificate], 'device', []).code).toBe('certificate-untrusted');
  });

  it('is never the leaf itself, even if someone lists it as an anchor', async () => {
    const { certificate } = await pki.issue(PUMP);
    expect(judge([certificate], 'device', [certificate]).code).toBe('certificate-untrusted');
  });

  it('must be an authority: a leaf cannot issue', async () => {
    const device = await pki.issue(entityRef('device', 'north:monitor-1'));
    const authority = { certificatePem: device.certificatePem, key: device.key };
    const leaf = await forgeCertificate({ authority });
    expect(judge([leaf, device.certificate]).errors).toEqual(
      expect.arrayContaining([
        'certificate-issuer-not-authority',
        'certificate-issuer-key-usage',
        'certificate-path-length',
      ]),
    );
  });

  it('must be valid itself', async () => {
    const { certificate } = await pki.issue(PUMP, {
      notBeforeMs: TEST_NOW_MS + 3649 * DAY_MS,
      notAfterMs: TEST_NOW_MS + 3700 * DAY_MS,
    });
    const later = TEST_NOW_MS + 3660 * DAY_MS;
    expect(judge([certificate], 'device', [pki.device.certificate], later).errors).toEqual([
      'certificate-issuer-expired',
    ]);
  });

  it('is held to its name constraints', async () => {
    const { errors } = await forged({ uris: ['spiffe://elsewhere/site/north/device/pump-3'] });
    expect(errors).toEqual(expect.arrayContaining(['certificate-name', 'certificate-name-constraints']));
  });
});

describe('the profile refuses', () => {
  it.each<[string, Partial<Forgery>, string]>([
    ['an expired one', { notAfterMs: TEST_NOW_MS - 1000 }, 'certificate-expired'],
    ['one that is not valid yet', { notBeforeMs: TEST_NOW_MS + DAY_MS }, 'certificate-not-yet-valid'],
    [
      'one that lives too long',
      { notBeforeMs: TEST_NOW_MS, notAfterMs: TEST_NOW_MS + MAX_LEAF_LIFETIME_MS + 1000 },
      'certificate-lifetime',
    ],
    [
      'an authority in the place of a leaf',
      { basicConstraints: new x509.BasicConstraintsExtension(true) },
      'certificate-is-authority',
    ],
    ['one without key usage', { keyUsage: null }, 'certificate-key-usage'],
    ['one that cannot sign', { keyUsage: x509.KeyUsageFlags.keyAgreement }, 'certificate-key-usage'],
    [
      'one that may sign certificates',
      { keyUsage: x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign },
      'certificate-key-usage',
    ],
    ['one without extended key usage', { extendedKeyUsage: null }, 'certificate-extended-key-usage'],
    ['one for servers only', { extendedKeyUsage: [serverAuth] }, 'certificate-extended-key-usage'],
    ['one for any use', { extendedKeyUsage: ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'] }, 'certificate-extended-key-usage'],
    ['one without alternative names', { uris: [] }, 'certificate-name'],
    ['one with a host name alone', { uris: [], dnsNames: ['pump-3.example'] }, 'certificate-name'],
    [
      'one with two identities',
      { uris: ['spiffe://vitalgate/site/north/device/pump-3', 'spiffe://vitalgate/site/north/device/pump-4'] },
      'certificate-name',
    ],
    ['one whose id has another form', { uris: ['spiffe://vitalgate/device/pump-3'] }, 'certificate-name'],
    ['one of another kind', { uris: ['spiffe://vitalgate/site/north/gateway/gw-1'] }, 'certificate-wrong-kind'],
    ['one hashed with SHA-1', { hash: 'SHA-1' }, 'certificate-weak-signature'],
    [
      'one with a critical extension nobody knows',
      { more: [new x509.Extension('1.3.6.1.4.1.55555.1', true, Uint8Array.of(5, 0))] },
      'certificate-unknown-critical',
    ],
  ])('%s', async (_, forgery, code) => {
    const verdict = await forged(forgery);
    expect(verdict).toMatchObject({ valid: false, code, errors: [code], identity: null });
  });

  it.each([
    ['RSA with 1,024 bits', () => rsaSpki(1024)],
    ['RSA with 2,048 bits', () => rsaSpki(2048)],
    ['P-384', () => curveSpki('secp384r1')],
    ['secp256k1', () => curveSpki('secp256k1')],
  ])('a key of %s', async (_, spki) => {
    expect((await forged({ spki: spki() })).errors).toEqual(['certificate-weak-key']);
  });

  it('version 1', async () => {
    const one = asVersionOne((await pki.issue(PUMP)).certificate, pki.device);
    const { code, errors } = judge([one]);
    expect(code).toBe('certificate-version');
    expect(errors).not.toContain('certificate-signature');
  });

  it('everything at once, and lists it', async () => {
    const { errors } = await forged({ notAfterMs: TEST_NOW_MS - 1000, keyUsage: null, uris: [] });
    expect(errors).toEqual(['certificate-expired', 'certificate-key-usage', 'certificate-name']);
  });

  it('an empty chain', () => {
    expect(judge([]).code).toBe('certificate-malformed');
  });
});
