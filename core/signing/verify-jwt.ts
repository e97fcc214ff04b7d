/** Verifies a JWT: its signature as any JWS, then its claims. @see RFC 7519 §7.2 */
import * as z from 'zod';
import { failure, type Result, success } from '../result.ts';
import { type TokenCheck, type TokenFailure, verifyToken } from './verify-token.ts';

export type JwtFailure =
  | TokenFailure
  | 'jwt-malformed'
  | 'jwt-issuer'
  | 'jwt-audience'
  | 'jwt-expired'
  | 'jwt-not-yet-valid';

export interface JwtCheck extends TokenCheck {
  readonly issuer?: string;
  readonly audience?: string;
  readonly nowMs: number;
}

const ClaimsSchema = z.looseObject({
  iss: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
});
export type JwtClaims = z.infer<typeof ClaimsSchema>;

/** No tolerance for clocks: `exp` is the first second at which it is refused, `nbf` the first at which it is not. */
export async function verifyJwt(check: JwtCheck): Promise<Result<JwtClaims, JwtFailure>> {
  const verified = await verifyToken(check);
  if (!verified.ok) return verified;
  const claims = readClaims(verified.value);
  if (claims === undefined) return failure('jwt-malformed', 'the claims are not a JSON object of the registered types');
  const nowSeconds = check.nowMs / 1000;
  if (check.issuer !== undefined && claims.iss !== check.issuer) return failure('jwt-issuer', 'another issuer');
  if (check.audience !== undefined && ![claims.aud ?? []].flat().includes(check.audience)) {
    return failure('jwt-audience', 'for another audience');
  }
  if (claims.exp !== undefined && nowSeconds >= claims.exp) return failure('jwt-expired', 'the token has expired');
  if (claims.nbf !== undefined && nowSeconds < claims.nbf) return failure('jwt-not-yet-valid', 'not valid yet');
  return success(claims);
}

function readClaims(payload: Uint8Array): JwtClaims | undefined {
  try {
    return ClaimsSchema.safeParse(JSON.parse(Buffer.from(payload).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
