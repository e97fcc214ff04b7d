/** ES256 by a key that never leaves KMS. Its name is the RFC 7638 thumbprint of its public part. */
import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { VitalgateError } from '../../../core/errors.ts';
import type { CertifiableSigner, KeyDirectory } from '../ports/signing.ts';
import { rawSignature } from './raw-signature.ts';

export interface KmsKey extends CertifiableSigner {
  readonly jwk: JWK;
}

/** @returns a source that fetches the public key at its first call, and again only after a failure */
export function kmsKeySource(kms: KMSClient, keyId: string): () => Promise<KmsKey> {
  let fetched: Promise<KmsKey> | undefined;
  return () => {
    fetched ??= fetchKey(kms, keyId).catch((cause: unknown) => {
      fetched = undefined;
      throw cause;
    });
    return fetched;
  };
}

/** The public parts of several keys. The same object as long as the function is warm. */
export function kmsKeyDirectory(sources: readonly (() => Promise<KmsKey>)[]): KeyDirectory {
  let known: Promise<{ keys: JWK[] }> | undefined;
  return () => {
    known ??= Promise.all(sources.map((source) => source()))
      .then((keys) => ({ keys: keys.map(({ jwk }) => jwk) }))
      .catch((cause: unknown) => {
        known = undefined;
        throw cause;
      });
    return known;
  };
}

async function fetchKey(kms: KMSClient, keyId: string): Promise<KmsKey> {
  const { PublicKey: spki } = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (spki === undefined) throw new VitalgateError('ERR_SIGNING_KEY', 'the signing key has no public part');
  const publicKeySpki = new Uint8Array(spki);
  const { kty, crv, x, y } = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).export({
    format: 'jwk',
  });
  if (kty !== 'EC' || crv !== 'P-256' || x === undefined || y === undefined) {
    throw new VitalgateError('ERR_SIGNING_KEY', 'the signing key is not on P-256');
  }
  const kid = await calculateJwkThumbprint({ kty, crv, x, y }, 'sha256');
  return {
    kid,
    publicKeySpki,
    jwk: { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' },
    async sign(data) {
      const answer = await kms.send(
        new SignCommand({ KeyId: keyId, Message: data, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' }),
      );
      if (answer.Signature === undefined) throw new VitalgateError('ERR_SIGNING', 'nothing was signed');
      return rawSignature(answer.Signature);
    },
  };
}
