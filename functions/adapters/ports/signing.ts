/** Keys that never leave where they are. */
import type { JSONWebKeySet } from 'jose';
import type { Signer } from '../../../core/signing/jws.ts';

/** Asked for when needed: the key's name is the thumbprint of its public part, which is fetched once. */
export type SignerSource = () => Promise<Signer>;

/** A signer whose public key can be certified. */
export interface CertifiableSigner extends Signer {
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKeySpki: Uint8Array;
}

/** The public parts of the keys that gateways and auditors trust. */
export type KeyDirectory = () => Promise<JSONWebKeySet>;
