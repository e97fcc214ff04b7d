/**
 * This machine's own certificate authority, for the endpoint and the issuer: made once, kept in the state directory,
 * trusted by nothing but the processes of a local run. It has no part in the product's PKI.
 */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import type { LocalPaths } from '../paths.ts';

x509.cryptoProvider.set(webcrypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const VALIDITY_DAYS = 825;
/** A certificate that ends sooner than this is made anew at the next start. */
const RENEWAL_DAYS = 30;

export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** Makes what is missing or about to end. @returns paths of the server certificate for `localhost` and its key */
export async function ensureMachineCertificates(paths: LocalPaths, nowMs: number): Promise<ServerCertificate> {
  const files = { certificate: join(paths.tls, 'server.pem'), key: join(paths.tls, 'server-key.pem') };
  if (existsSync(files.key) && (await lasts(files.certificate, nowMs)) && (await lasts(paths.caCertificate, nowMs)))
    return files;
  await mkdir(paths.tls, { recursive: true });
  const authority = await createAuthority(nowMs);
  const server = await createServer(authority, nowMs);
  await writeFile(paths.caCertificate, authority.certificate.toString('pem'));
  await writeFile(files.key, await privateKeyPem(server.key), { mode: 0o600 });
  await writeFile(files.certificate, server.certificate.toString('pem'));
  return files;
}

async function lasts(path: string, nowMs: number): Promise<boolean> {
  if (!existsSync(path)) return false;
  const certificate = new x509.X509Certificate(await readFile(path, 'utf8'));
  return certificate.notAfter.getTime() - nowMs > RENEWAL_DAYS * DAY_MS;
}

const validity = (nowMs: number) => ({
  notBefore: new Date(nowMs - DAY_MS),
  notAfter: new Date(nowMs + VALIDITY_DAYS * DAY_MS),
});

async function createAuthority(nowMs: number): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Vitalgate local run',
    ...validity(nowMs),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, key: keys.privateKey };
}

/** The authority's key is not kept: it signs this one certificate and is gone. */
async function createServer(authority: Authority, nowMs: number): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=localhost',
    issuer: authority.certificate.subject,
    ...validity(nowMs),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        [
          { type: 'dns', value: 'localhost' },
          { type: 'dns', value: '*.execute-api.localhost' },
          { type: 'dns', value: '*.s3.localhost' },
          { type: 'ip', value: '127.0.0.1' },
          { type: 'ip', value: '::1' },
        ],
        false,
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
    ],
  });
  return { certificate, key: keys.privateKey };
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', key);
  return x509.PemConverter.encode(pkcs8, 'PRIVATE KEY');
}
