/**
 * Compact JWS with ES256 over keys that may live elsewhere (KMS): the one form in which heads, updates, bundles,
 * commands and checkpoints are signed. @see RFC 7515
 */
import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import { type CanonicalValue, canonicalJson } from '../contracts/canonical-json.ts';
import { failure, type Result, success } from '../result.ts';

/** A P-256 key that signs: a KMS key in the cloud, a local key in tests and benchmarks. */
export interface Signer {
  readonly kid: string;
  /** @returns the raw 64-byte signature r‖s over SHA-256 of `data` */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

export type JwsFailure = 'jws-malformed' | 'jws-unknown-key' | 'jws-signature' | 'jws-type' | 'jws-algorithm';

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

/** Signs the canonical JSON of `payload`. */
export async function signCompact(payload: CanonicalValue, typ: string, signer: Signer): Promise<string> {
  const header = encode(canonicalJson({ alg: 'ES256', kid: signer.kid, typ }));
  const input = `${header}.${encode(canonicalJson(payload))}`;
  const signature = await signer.sign(Buffer.from(input, 'ascii'));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

/** Verifies one token made by {@link signCompact}: a known key, ES256, and exactly this `typ`. Never throws. */
export async function verifyCompact(
  token: string,
  keys: JSONWebKeySet,
  typ: string,
): Promise<Result<unknown, JwsFailure>> {
  try {
    const { payload, protectedHeader } = await compactVerify(token, createLocalJWKSet(keys), { algorithms: ['ES256'] });
    if (protectedHeader.typ !== typ) return failure('jws-type', `expected ${typ}`);
    return success(JSON.parse(Buffer.from(payload).toString('utf8')));
  } catch (cause) {
    return failure(failureCode(cause), 'the signed document was not accepted');
  }
}

function failureCode(cause: unknown): JwsFailure {
  if (cause instanceof errors.JWSSignatureVerificationFailed) return 'jws-signature';
  if (cause instanceof errors.JWKSNoMatchingKey) return 'jws-unknown-key';
  if (cause instanceof errors.JOSEAlgNotAllowed) return 'jws-algorithm';
  return 'jws-malformed';
}
