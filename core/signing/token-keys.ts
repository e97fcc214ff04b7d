/** Which keys of a JWKS may have signed a token of some algorithm, and in which form they verify. @see RFC 7517 §4 */
import type { JSONWebKeySet, JWK } from 'jose';

const EC_CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };
/** RFC 7518 §3.2: a key at least as long as the hash. */
const HMAC_BYTES: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };

/** Signatures that anyone may verify; what is accepted where no algorithm is demanded. */
export const ASYMMETRIC_ALGORITHMS: readonly string[] = [
  ...Object.keys(EC_CURVES),
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['EdDSA', 'Ed25519'],
];

/**
 * The keys that fit: type and curve of the algorithm, the token's `kid` if it has one, and nothing about them that says
 * they are for other work. Private members are left out.
 */
export function candidateKeys({ keys }: JSONWebKeySet, algorithm: string, kid: string | undefined): readonly JWK[] {
  return keys
    .filter((key) => (kid === undefined || key.kid === kid) && isFor(key, algorithm))
    .map((key) => publicForm(key, algorithm))
    .filter((key) => key !== undefined);
}

const isFor = ({ use, alg, key_ops: operations }: JWK, algorithm: string): boolean =>
  (use === undefined || use === 'sig') &&
  (alg === undefined || alg === algorithm) &&
  (operations === undefined || operations.includes('verify'));

function publicForm(key: JWK, algorithm: string): JWK | undefined {
  const { kty, crv, x = '', y = '', n = '', e = '', k = '' } = key;
  if (algorithm in EC_CURVES) {
    return kty === 'EC' && crv === EC_CURVES[algorithm] ? { kty, crv: EC_CURVES[algorithm] ?? '', x, y } : undefined;
  }
  if (algorithm === 'EdDSA' || algorithm === 'Ed25519') {
    return kty === 'OKP' && crv === 'Ed25519' ? { kty, crv, x } : undefined;
  }
  if (algorithm in HMAC_BYTES) {
    const longEnough = Buffer.from(k, 'base64url').length >= (HMAC_BYTES[algorithm] ?? Number.POSITIVE_INFINITY);
    return kty === 'oct' && longEnough ? { kty, k } : undefined;
  }
  return kty === 'RSA' ? { kty, n, e } : undefined;
}
