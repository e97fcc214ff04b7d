/**
 * Verifies any compact JWS against a JWKS: for what others signed, with their algorithms. Our own documents go through
 * `jws.ts`, which knows one. @see RFC 7515 §5.2, RFC 8725
 */
import { compactVerify, errors, importJWK, type JSONWebKeySet, type JWK } from 'jose';
import * as z from 'zod';
import { failure, type Result, success } from '../result.ts';
import { ASYMMETRIC_ALGORITHMS, candidateKeys } from './token-keys.ts';

export type TokenFailure =
  | 'jws-malformed'
  | 'jws-algorithm'
  | 'jws-critical'
  | 'jws-type'
  | 'jws-unknown-key'
  | 'jws-weak-key'
  | 'jws-signature';

export interface TokenCheck {
  readonly token: string;
  readonly keys: JSONWebKeySet;
  /** The one algorithm to accept. Without it every asymmetric one; a shared secret only when asked for by name. */
  readonly algorithm?: string;
  /** Media type without `application/`. */
  readonly type?: string;
}

const HeaderSchema = z.looseObject({ alg: z.string(), kid: z.string().optional(), typ: z.string().optional() });
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$/;

/** @returns the bytes that were signed */
export async function verifyToken(check: TokenCheck): Promise<Result<Uint8Array, TokenFailure>> {
  const header = readHeader(check.token);
  if (header === undefined) return failure('jws-malformed', 'not a compact JWS');
  const accepted = check.algorithm === undefined ? ASYMMETRIC_ALGORITHMS : [check.algorithm];
  if (!accepted.includes(header.alg)) return failure('jws-algorithm', `the algorithm ${header.alg} is not accepted`);
  // No extension is understood, so every one that must be is a reason to refuse. @see RFC 7515 §4.1.11
  if ('crit' in header || 'b64' in header) return failure('jws-critical', 'the header demands an unknown extension');
  if (check.type !== undefined && mediaType(header.typ) !== mediaType(check.type)) {
    return failure('jws-type', `expected ${check.type}`);
  }
  const candidates = candidateKeys(check.keys, header.alg, header.kid);
  let verdict: Result<Uint8Array, TokenFailure> = failure('jws-unknown-key', 'no key here can have signed this');
  for (const key of candidates) {
    verdict = await verifyWith(check.token, key, header.alg);
    if (verdict.ok) return verdict;
  }
  return verdict;
}

function readHeader(token: string): z.infer<typeof HeaderSchema> | undefined {
  const parts = token.split('.');
  if (!COMPACT.test(token) || !parts.every(isCanonical)) return undefined;
  try {
    return HeaderSchema.safeParse(JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** One spelling a value: stray bits in the last character would make a second token of the same signature. */
const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;

const mediaType = (type: string | undefined): string | undefined => type?.toLowerCase().replace(/^application\//, '');

async function verifyWith(token: string, jwk: JWK, algorithm: string): Promise<Result<Uint8Array, TokenFailure>> {
  try {
    const { payload } = await compactVerify(token, await importJWK(jwk, algorithm), { algorithms: [algorithm] });
    return success(payload);
  } catch (cause) {
    if (cause instanceof errors.JWSSignatureVerificationFailed) {
      return failure('jws-signature', 'the signature does not match');
    }
    // jose refuses RSA moduli below 2048 bits; a key that cannot be imported proves as little.
    return failure('jws-weak-key', 'the key is too weak or broken');
  }
}
