/** Finds the way from a leaf to an anchor: who signed whom, each signature verified. */
import type { ReadCertificate } from './read-once.ts';

/** Root, issuing authority, and room for two between them. */
const MAX_ISSUERS = 4;

export type PathFailure = 'certificate-untrusted' | 'certificate-signature';

export interface CertificatePath {
  /** From the leaf's issuer to the anchor, which is last. Incomplete when `failure` is set. */
  readonly issuers: readonly ReadCertificate[];
  readonly failure: PathFailure | null;
}

/**
 * Anchors come first at each step, so that the way is as short as it can be; `pool` may be in any order.
 *
 * - `certificate-untrusted`: no certificate here carries the name of the issuer
 * - `certificate-signature`: one does, and its key did not sign this
 */
export function findPath(
  leaf: ReadCertificate,
  pool: readonly ReadCertificate[],
  anchors: readonly ReadCertificate[],
): CertificatePath {
  const issuers: ReadCertificate[] = [];
  let current = leaf;
  while (issuers.length < MAX_ISSUERS) {
    const named = (candidate: ReadCertificate): boolean => candidate.fields.subject === current.fields.issuer;
    const signed = (candidate: ReadCertificate): boolean => named(candidate) && hasSigned(candidate, current);
    const anchor = anchors.find(signed);
    if (anchor !== undefined) return { issuers: [...issuers, anchor], failure: null };
    const next = pool.find((candidate) => candidate !== current && !issuers.includes(candidate) && signed(candidate));
    if (next === undefined) {
      const forged = [...anchors, ...pool].some((candidate) => candidate !== current && named(candidate));
      return { issuers, failure: forged ? 'certificate-signature' : 'certificate-untrusted' };
    }
    issuers.push(next);
    current = next;
  }
  return { issuers, failure: 'certificate-untrusted' };
}

function hasSigned({ key }: ReadCertificate, { certificate }: ReadCertificate): boolean {
  try {
    return key !== null && certificate.verify(key);
  } catch {
    return false;
  }
}
