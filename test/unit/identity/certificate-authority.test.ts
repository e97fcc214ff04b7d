import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entityRef } from '../../../core/contracts/identifiers.ts';
import { issueCertificate } from '../../../core/identity/certificate-authority.ts';
import { readCertificate } from '../../../core/identity/certificate-fields.ts';
import { createTestKey, createTestPki, DAY_MS, TEST_NOW_MS, type TestPki } from '../../fixtures/pki.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
let pki: TestPki;
beforeAll(async () => {
  pki = await createTestPki();
});
const order = {
  ref: entityRef('device', 'north:pump-3'),
  purpose: 'device' as const,
  notBeforeMs: TEST_NOW_MS,
  notAfterMs: TEST_NOW_MS + DAY_MS,
};

describe('an issued certificate', () => {
  it('says what was ordered and nothing else', async () => {
    const key = createTestKey();
    const pem = await issueCertificate({
      ...order,
      authority: pki.device,
      publicKeySpki: key.spki,
      serialHex: '00ff01',
    });
    const fields = readCertificate(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'));
    expect(fields).toMatchObject({
      version: 3,
      serial: 'ff01',
      commonNames: ['north:pump-3'],
      notBeforeMs: TEST_NOW_MS,
      notAfterMs: TEST_NOW_MS + DAY_MS,
      alternativeNames: [{ type: 'uri', value: 'spiffe://vitalgate/site/north/device/pump-3' }],
      basicConstraints: { ca: false },
      unknownCritical: [],
    });
    expect(fields.publicKey.spki).toEqual(key.spki);
    expect(fields.issuer).toBe(readCertificate(pki.device.certificate.raw).subject);
  });

  it.each(['', '0', 'xyz', 'ff'.repeat(21)])('is not issued with the serial number %j', async (serialHex) => {
    const wanted = { ...order, authority: pki.device, publicKeySpki: createTestKey().spki, serialHex };
    await expect(issueCertificate(wanted)).rejects.toMatchObject({ code: 'ERR_CERTIFICATE_SERIAL' });
  });

  it('is not issued to an entity of a kind that its purpose is not for', async () => {
    const wanted = {
      ...order,
      purpose: 'gateway' as const,
      authority: pki.gateway,
      publicKeySpki: createTestKey().spki,
    };
    await expect(issueCertificate({ ...wanted, serialHex: '01' })).rejects.toMatchObject({
      code: 'ERR_CERTIFICATE_PURPOSE',
    });
  });

  it('names the key of its issuer and its own', async () => {
    const { certificate } = await pki.issue(order.ref);
    expect(certificate.checkIssued(pki.device.certificate)).toBe(true);
    expect(pki.device.certificate.checkIssued(pki.root.certificate)).toBe(true);
    expect(certificate.checkIssued(pki.gateway.certificate)).toBe(false);
  });
});

describe.skipIf(!hasOpenssl)('openssl', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'vitalgate-pki-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const verify = (leafPem: string, issuingPem: string, purpose: string): string => {
    const files = { root: pki.root.certificatePem, issuing: issuingPem, leaf: leafPem };
    for (const [name, pem] of Object.entries(files)) writeFileSync(join(directory, name), pem);
    const at = ['-attime', String(TEST_NOW_MS / 1000), '-purpose', purpose];
    const chain = ['-CAfile', 'root', '-untrusted', 'issuing', 'leaf'];
    return execFileSync('openssl', ['verify', '-x509_strict', ...at, ...chain], {
      cwd: directory,
      stdio: 'pipe',
    }).toString();
  };

  it.each([
    ['device', 'device', 'north:pump-3', 'sslclient'],
    ['gateway', 'gateway', 'north:gw-1', 'sslserver'],
    ['resource', 'resource', 'north:fhir', 'sslserver'],
    ['application', 'resource', 'north:emr', 'sslclient'],
  ] as const)('accepts the chain of a %s strictly', async (kind, authority, id, purpose) => {
    const { certificatePem } = await pki.issue(entityRef(kind, id), { dnsNames: ['host.example'] });
    expect(verify(certificatePem, pki[authority].certificatePem, purpose)).toContain('OK');
  });

  it('refuses a device certificate as a server', async () => {
    const { certificatePem } = await pki.issue(order.ref);
    expect(() => verify(certificatePem, pki.device.certificatePem, 'sslserver')).toThrow();
  });
});
