/** What Vitalgate demands of a certificate, by what it is for. One table for those who issue and those who check. */
import type { EntityKind } from '../contracts/identifiers.ts';
import { EXTENDED_KEY_USAGE } from './certificate-extensions.ts';

export const CERTIFICATE_PURPOSES = ['device', 'gateway', 'resource'] as const;
export type CertificatePurpose = (typeof CERTIFICATE_PURPOSES)[number];

interface PurposeProfile {
  /** Kinds of entity that carry such a certificate. */
  readonly kinds: readonly EntityKind[];
  readonly extendedKeyUsage: readonly string[];
}

const { clientAuth, serverAuth } = EXTENDED_KEY_USAGE;

/** Business systems and applications are dialled and dial: both carry certificates of the resource authority. */
export const PURPOSE_PROFILES: Readonly<Record<CertificatePurpose, PurposeProfile>> = {
  device: { kinds: ['device'], extendedKeyUsage: [clientAuth] },
  gateway: { kinds: ['gateway'], extendedKeyUsage: [clientAuth, serverAuth] },
  resource: { kinds: ['resource', 'application'], extendedKeyUsage: [clientAuth, serverAuth] },
};

const DAY_MS = 24 * 3600 * 1000;
/** CA/Browser Forum Baseline Requirements §6.3.2 (since 2020): nothing in the field outlives its revocation data by years. */
export const MAX_LEAF_LIFETIME_MS = 398 * DAY_MS;
/** A certificate may say it begins this much later than our clock: an issuer's clock that runs ahead. */
export const NOT_BEFORE_SKEW_MS = 5 * 60 * 1000;
/** NIST SP 800-57 Part 1: 112 bits of security. For authorities of other houses; ours are P-256. */
export const MIN_RSA_BITS = 2048;

/** Signature algorithms with SHA-256 or better: ECDSA and RSA PKCS #1 v1.5. */
export const STRONG_SIGNATURES: ReadonlySet<string> = new Set([
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
]);

/** An issuing authority names what it issues for, so that a path through the root cannot swap one for another. */
export const AUTHORITY_URI_PREFIX = 'spiffe://vitalgate/authority/';
export const authorityUri = (purpose: CertificatePurpose): string => `${AUTHORITY_URI_PREFIX}${purpose}`;
