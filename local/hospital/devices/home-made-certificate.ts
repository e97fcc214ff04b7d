/** A certificate that says it is somebody, vouched for by nobody else. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { EntityRef } from '../../../core/contracts/identifiers.ts';
import { spiffeId } from '../../../core/identity/spiffe.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const LIFETIME_MS = 30 * 24 * 3600 * 1000;
const CLOCK_SKEW_MS = 60_000;
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

export interface HomeMade {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/** Self-signed, in the exact form of a real one of that entity. */
export async function makeCertificateAtHome(ref: EntityRef, nowMs: number): Promise<HomeMade> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${ref.id}`,
    notBefore: new Date(nowMs - CLOCK_SKEW_MS),
    notAfter: new Date(nowMs + LIFETIME_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([CLIENT_AUTH]),
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: spiffeId(ref) }]),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`;
  return { cert: certificate.toString('pem'), key };
}
