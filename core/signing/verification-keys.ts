/** The ES256 public keys of a JWKS, imported once per JWKS object. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { JSONWebKeySet, JWK } from 'jose';

/** By the JWKS object itself: a changed key set is a new object, and must be, for a change to be seen. */
const imported = new WeakMap<JSONWebKeySet, ReadonlyMap<string, KeyObject>>();

/** The P-256 signing key with this `kid`, or undefined. Keys meant for anything else are not found. */
export function verificationKey(keys: JSONWebKeySet, kid: string): KeyObject | undefined {
  let known = imported.get(keys);
  if (known === undefined) {
    known = importKeys(keys);
    imported.set(keys, known);
  }
  return known.get(kid);
}

function importKeys({ keys }: JSONWebKeySet): ReadonlyMap<string, KeyObject> {
  const known = new Map<string, KeyObject>();
  const repeated = new Set<string>();
  for (const jwk of keys) {
    if (jwk.kid === undefined || !isVerificationKey(jwk)) continue;
    // Two keys under one name: which of them is meant is anyone's guess, so neither is.
    if (known.has(jwk.kid)) repeated.add(jwk.kid);
    const key = importKey(jwk);
    if (key !== undefined) known.set(jwk.kid, key);
  }
  for (const kid of repeated) known.delete(kid);
  return known;
}

/** A point that is not on the curve is no key; it must not take the good keys of the set with it. */
function importKey({ x = '', y = '' }: JWK): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

const isVerificationKey = ({ kty, crv, use, alg, key_ops: operations }: JWK): boolean =>
  kty === 'EC' &&
  crv === 'P-256' &&
  (use === undefined || use === 'sig') &&
  (alg === undefined || alg === 'ES256') &&
  (operations === undefined || operations.includes('verify'));
