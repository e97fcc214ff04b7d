/** A new P-256 key and the request that proves its possession. @see RFC 2986 */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { EntityRef } from '../../../core/contracts/identifiers.ts';
import { spiffeId } from '../../../core/identity/spiffe.ts';

x509.cryptoProvider.set(webcrypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export interface KeyAndRequest {
  /** PKCS #8. */
  readonly keyPem: string;
  readonly requestPem: string;
}

/** The names in it are a courtesy: the authority takes the public key and nothing else. */
export async function createKeyAndRequest(subject: EntityRef): Promise<KeyAndRequest> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [subject.id] }],
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'url', value: spiffeId(subject) }])],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { keyPem: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`, requestPem: request.toString('pem') };
}
