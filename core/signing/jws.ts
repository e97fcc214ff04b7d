/**
 * Compact JWS with ES256 over keys that may live elsewhere (KMS): the one form in which heads, updates, bundles,
 * commands and checkpoints are signed. @see RFC 7515
 */
import { verify } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { type CanonicalValue, canonicalJson } from '../contracts/canonical-json.ts';
import { failure, type Result, success } from '../result.ts';
import { sha256Hex } from './digest.ts';
import { verificationKey } from './verification-keys.ts';

/** A P-256 key that signs: a KMS key in the cloud, a local key in tests and benchmarks. */
export interface Signer {
  readonly kid: string;
  /** @returns the raw 64-byte signature r‖s over SHA-256 of `data` */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

export type JwsFailure = 'jws-malformed' | 'jws-unknown-key' | 'jws-signature' | 'jws-type' | 'jws-algorithm';

/** What was signed, and the SHA-256 of its bytes: equal to the canonical digest of what the signer gave. */
export interface SignedPayload {
  readonly payload: unknown;
  readonly digest: string;
}

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

/** Signs the canonical JSON of `payload`. */
export async function signCompact(payload: CanonicalValue, typ: string, signer: Signer): Promise<string> {
  const header = encode(canonicalJson({ alg: 'ES256', kid: signer.kid, typ }));
  const input = `${header}.${encode(canonicalJson(payload))}`;
  const signature = await signer.sign(Buffer.from(input, 'ascii'));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

/**
 * Verifies one token made by {@link signCompact}: a known key, ES256, and exactly this `typ`. Never throws.
 *
 * On the caller's thread: one signature takes less than a tenth of a millisecond, and a revocation must not queue behind
 * the file writes of the thread pool.
 */
export function openCompact(token: string, keys: JSONWebKeySet, typ: string): Result<SignedPayload, JwsFailure> {
  try {
    return open(token, keys, typ);
  } catch {
    return failure('jws-malformed', 'the signed document cannot be read');
  }
}

/** {@link openCompact} for callers that need the payload alone. */
export function verifyCompact(token: string, keys: JSONWebKeySet, typ: string): Promise<Result<unknown, JwsFailure>> {
  const opened = openCompact(token, keys, typ);
  return Promise.resolve(opened.ok ? success(opened.value.payload) : opened);
}

/** One spelling only: Node's decoder skips what is no base64url and forgives stray bits, a signature must not. */
function decode(part: string | undefined): Buffer | undefined {
  if (part === undefined || part === '') return undefined;
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}

function open(token: string, keys: JSONWebKeySet, typ: string): Result<SignedPayload, JwsFailure> {
  const parts = token.split('.', 4);
  const [headerBytes, payloadBytes, signature] = parts.map(decode);
  if (parts.length !== 3 || headerBytes === undefined || payloadBytes === undefined || signature === undefined) {
    return failure('jws-malformed', 'not a compact JWS');
  }
  const header: unknown = JSON.parse(headerBytes.toString('utf8'));
  if (typeof header !== 'object' || header === null || 'crit' in header || 'b64' in header) {
    return failure('jws-malformed', 'the header is not one of ours');
  }
  if (!('alg' in header) || header.alg !== 'ES256') return failure('jws-algorithm', 'only ES256 is accepted');
  const key = 'kid' in header && typeof header.kid === 'string' ? verificationKey(keys, header.kid) : undefined;
  if (key === undefined) return failure('jws-unknown-key', 'signed with a key that is not known here');
  const input = token.slice(0, token.lastIndexOf('.'));
  if (!verify('sha256', Buffer.from(input, 'ascii'), { key, dsaEncoding: 'ieee-p1363' }, signature)) {
    return failure('jws-signature', 'the signature does not match');
  }
  if (!('typ' in header) || header.typ !== typ) return failure('jws-type', `expected ${typ}`);
  return success({ payload: JSON.parse(payloadBytes.toString('utf8')), digest: sha256Hex(payloadBytes) });
}
