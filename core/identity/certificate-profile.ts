/**
 * The certificate profile of Vitalgate, on top of whatever TLS accepted: Node's own check lets pass certificates
 * without alternative names, of version 1, with weak RSA keys, and of any authority that leads to the root.
 */
import type { X509Certificate } from 'node:crypto';
import type { EntityRef } from '../contracts/identifiers.ts';
import { EXTENDED_KEY_USAGE, KEY_USAGE } from './certificate-extensions.ts';
import type { CertificateFields } from './certificate-fields.ts';
import { findPath, type PathFailure } from './certificate-path.ts';
import {
  type CertificatePurpose,
  MAX_LEAF_LIFETIME_MS,
  NOT_BEFORE_SKEW_MS,
  PURPOSE_PROFILES,
  STRONG_SIGNATURES,
} from './certificate-purposes.ts';
import { type IssuerFailure, issuerFailures } from './check-issuers.ts';
import { readOnce } from './read-once.ts';
import { parseSpiffeId } from './spiffe.ts';

export interface CertificateIdentity {
  readonly ref: EntityRef;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly thumbprint: string;
  /** Lower-case hexadecimal. */
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export type CertificateFailure =
  | 'certificate-malformed'
  | 'certificate-version'
  | 'certificate-serial'
  | 'certificate-not-yet-valid'
  | 'certificate-expired'
  | 'certificate-lifetime'
  | 'certificate-weak-key'
  | 'certificate-weak-signature'
  | 'certificate-is-authority'
  | 'certificate-key-usage'
  | 'certificate-extended-key-usage'
  | 'certificate-name'
  | 'certificate-wrong-kind'
  | 'certificate-unknown-critical'
  | PathFailure
  | IssuerFailure;

export interface CertificateVerdict {
  readonly valid: boolean;
  /** `certificate-valid`, or the first of `errors`. */
  readonly code: 'certificate-valid' | CertificateFailure;
  /** Everything that is wrong, each once. */
  readonly errors: readonly CertificateFailure[];
  /** Who it is; only of a valid certificate. */
  readonly identity: CertificateIdentity | null;
}

export interface CertificateCheck {
  /** The leaf first; the others in any order. */
  readonly chain: readonly X509Certificate[];
  /** Authorities that may issue for this purpose, or roots above them. */
  readonly anchors: readonly X509Certificate[];
  readonly purpose: CertificatePurpose;
  readonly nowMs: number;
}

/**
 * Costs one signature check per certificate of the path; a gateway keeps verdicts by thumbprint and checks the validity
 * period of the identity itself. Never throws.
 *
 * @example checkCertificate({ chain: [leaf, deviceAuthority], anchors: [root], purpose: 'device', nowMs }).code
 */
export function checkCertificate({ chain, anchors, purpose, nowMs }: CertificateCheck): CertificateVerdict {
  const [leaf, ...pool] = chain.map(readOnce);
  if (leaf === undefined || pool.includes(undefined)) return refused(['certificate-malformed']);
  const known = (reads: readonly (typeof leaf | undefined)[]) => reads.filter((read) => read !== undefined);
  const path = findPath(leaf, known(pool), known(anchors.map(readOnce)));
  const errors = new Set<CertificateFailure>([
    ...leafFailures(leaf.fields, purpose, nowMs),
    ...(leaf.key === null ? (['certificate-weak-key'] as const) : []),
    ...(path.failure === null ? [] : [path.failure]),
    ...issuerFailures(leaf.fields, path, purpose, nowMs),
  ]);
  const ref = entityOf(leaf.fields);
  if (errors.size > 0 || ref === undefined) return refused([...errors]);
  const { thumbprint, serial, notBeforeMs, notAfterMs } = leaf.fields;
  const identity = { ref, thumbprint, serial, notBeforeMs, notAfterMs };
  return { valid: true, code: 'certificate-valid', errors: [], identity };
}

function refused(errors: readonly CertificateFailure[]): CertificateVerdict {
  return { valid: false, code: errors[0] ?? 'certificate-name', errors, identity: null };
}

/** The entity of the one URI that a leaf must carry. @see SPIFFE X509-SVID §2 */
function entityOf({ alternativeNames }: CertificateFields): EntityRef | undefined {
  const uris = alternativeNames.filter(({ type }) => type === 'uri');
  const [only] = uris;
  return only !== undefined && uris.length === 1 ? parseSpiffeId(only.value) : undefined;
}

function leafFailures(leaf: CertificateFields, purpose: CertificatePurpose, nowMs: number): CertificateFailure[] {
  const { kinds, extendedKeyUsage } = PURPOSE_PROFILES[purpose];
  const usage = leaf.keyUsage;
  const extended = leaf.extendedKeyUsage ?? [];
  const lifetimeMs = leaf.notAfterMs - leaf.notBeforeMs;
  const ref = entityOf(leaf);
  const found: Partial<Record<CertificateFailure, boolean>> = {
    'certificate-version': leaf.version !== 3,
    'certificate-serial': !leaf.serialValid,
    'certificate-not-yet-valid': nowMs + NOT_BEFORE_SKEW_MS < leaf.notBeforeMs,
    'certificate-expired': nowMs > leaf.notAfterMs,
    'certificate-lifetime': lifetimeMs <= 0 || lifetimeMs > MAX_LEAF_LIFETIME_MS,
    'certificate-weak-key': leaf.publicKey.kind !== 'P-256',
    'certificate-weak-signature': !STRONG_SIGNATURES.has(leaf.signatureAlgorithm),
    'certificate-is-authority': leaf.basicConstraints?.ca === true,
    'certificate-key-usage':
      usage === null ||
      !usage.has(KEY_USAGE.digitalSignature) ||
      usage.has(KEY_USAGE.keyCertSign) ||
      usage.has(KEY_USAGE.crlSign),
    'certificate-extended-key-usage':
      !extendedKeyUsage.every((demanded) => extended.includes(demanded)) || extended.includes(EXTENDED_KEY_USAGE.any),
    'certificate-name': ref === undefined,
    'certificate-wrong-kind': ref !== undefined && !kinds.includes(ref.kind),
    'certificate-unknown-critical': leaf.unknownCritical.length > 0,
  };
  return LEAF_ORDER.filter((code) => found[code]);
}

/** The order in which failures are told; the first is the verdict's code. */
const LEAF_ORDER = [
  'certificate-version',
  'certificate-serial',
  'certificate-not-yet-valid',
  'certificate-expired',
  'certificate-lifetime',
  'certificate-weak-key',
  'certificate-weak-signature',
  'certificate-is-authority',
  'certificate-key-usage',
  'certificate-extended-key-usage',
  'certificate-name',
  'certificate-wrong-kind',
  'certificate-unknown-critical',
] as const satisfies readonly CertificateFailure[];
