/**
 * A gateway's token: signed by the key of its certificate, which travels in the header. Whoever holds the key is who the
 * certificate says, as long as our authority issued it; whether it still holds is for the directory to say.
 * @see RFC 7515 §4.1.6, RFC 7519
 */
import { X509Certificate } from 'node:crypto';
import type { JWK } from 'jose';
import * as z from 'zod';
import {
  type CertificateFailure,
  type CertificateIdentity,
  checkCertificate,
} from '../../core/identity/certificate-profile.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { type JwtClaims, type JwtFailure, verifyJwt } from '../../core/signing/verify-jwt.ts';

/** The longest a token may live: a stolen one is worth a minute. */
const MAX_LIFETIME_SECONDS = 60;
/** A gateway follows the control plane's signed time; what is left is the way of a message. */
const CLOCK_SKEW_SECONDS = 30;
/** The leaf and the authority; a longer list is somebody trying. */
const MAX_CERTIFICATES = 3;
const ALGORITHM = 'ES256';

export type GatewayTokenFailure =
  | JwtFailure
  | CertificateFailure
  | 'token-header'
  | 'token-lifetime'
  | 'token-foreign-subject';

export interface GatewayTokenCheck {
  readonly token: string;
  readonly anchor: X509Certificate;
  readonly audience: string;
  readonly nowMs: number;
}

const HeaderSchema = z.object({
  alg: z.literal(ALGORITHM),
  typ: z.literal('JWT'),
  x5c: z.array(z.base64().max(8192)).min(1).max(MAX_CERTIFICATES),
});

/** @returns who holds the key; never throws */
export async function verifyGatewayToken(
  check: GatewayTokenCheck,
): Promise<Result<CertificateIdentity, GatewayTokenFailure>> {
  const chain = readChain(check.token);
  const [leaf] = chain ?? [];
  if (chain === undefined || leaf === undefined) {
    return failure('token-header', 'the token does not carry the certificate of its key');
  }
  const { nowMs } = check;
  const verdict = checkCertificate({ chain, anchors: [check.anchor], purpose: 'gateway', nowMs });
  if (verdict.identity === null) {
    return failure(verdict.errors[0] ?? 'certificate-name', 'the certificate is not one of a gateway of ours');
  }
  const jwk: JWK = leaf.publicKey.export({ format: 'jwk' });
  const verified = await verifyJwt({
    token: check.token,
    keys: { keys: [jwk] },
    algorithm: ALGORITHM,
    type: 'JWT',
    issuer: verdict.identity.ref.id,
    audience: check.audience,
    nowMs,
  });
  if (!verified.ok) return verified;
  return judgeClaims(verified.value, verdict.identity, nowMs);
}

function judgeClaims(
  { sub, iat, exp }: JwtClaims,
  identity: CertificateIdentity,
  nowMs: number,
): Result<CertificateIdentity, GatewayTokenFailure> {
  if (sub !== identity.ref.id) return failure('token-foreign-subject', 'the token is about someone else');
  const latest = nowMs / 1000 + CLOCK_SKEW_SECONDS;
  const lives = iat !== undefined && exp !== undefined && exp > iat && exp - iat <= MAX_LIFETIME_SECONDS;
  if (!lives || iat > latest) return failure('token-lifetime', 'a token lives for at most a minute, from now on');
  return success(identity);
}

function readChain(token: string): X509Certificate[] | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8'));
    return HeaderSchema.parse(header).x5c.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
  } catch {
    return undefined;
  }
}
