/** Access tokens of the development issuer, in the shape that the API's authorizer and the functions read. */
import { SignJWT } from 'jose';
import type { IssuerKey } from './signing-key.ts';
import { SIGNING_ALGORITHM } from './signing-key.ts';

export interface TokenOrder {
  readonly issuer: string;
  readonly audience: string;
  readonly role: string;
  readonly site: string;
  /** How the person was authenticated, such as `aal2`. */
  readonly acr: string;
  readonly ttlSeconds: number;
  readonly nowMs: number;
}

export const DEFAULT_ACR = 'aal2';
export const ROLES = [
  'security-engineer',
  'biomedical-engineer',
  'clinical-owner',
  'physician',
  'nurse',
  'vendor-engineer',
  'auditor',
] as const;

/** @returns a compact JWT, RS256 */
export function mintToken(key: IssuerKey, order: TokenOrder): Promise<string> {
  const nowSeconds = Math.floor(order.nowMs / 1000);
  return new SignJWT({
    'vitalgate:roles': [order.role],
    'vitalgate:site': order.site,
    acr: order.acr,
    auth_time: nowSeconds,
  })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: 'at+jwt', kid: key.publicJwk.kid ?? '' })
    .setIssuer(order.issuer)
    .setAudience(order.audience)
    .setSubject(`${order.site}:${order.role}`)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + order.ttlSeconds)
    .sign(key.privateKey);
}
