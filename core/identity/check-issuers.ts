/** What is demanded of each authority between a leaf and its anchor, the anchor included. @see RFC 5280 §6.1 */
import { EXTENDED_KEY_USAGE, KEY_USAGE } from './certificate-extensions.ts';
import type { CertificateFields } from './certificate-fields.ts';
import type { CertificatePath } from './certificate-path.ts';
import {
  AUTHORITY_URI_PREFIX,
  authorityUri,
  type CertificatePurpose,
  MIN_RSA_BITS,
  NOT_BEFORE_SKEW_MS,
  PURPOSE_PROFILES,
  STRONG_SIGNATURES,
} from './certificate-purposes.ts';
import { withinConstraints } from './name-constraints.ts';
import type { PublicKeyInfo } from './public-key-info.ts';

export type IssuerFailure =
  | 'certificate-issuer-not-authority'
  | 'certificate-issuer-key-usage'
  | 'certificate-issuer-expired'
  | 'certificate-issuer-weak'
  | 'certificate-path-length'
  | 'certificate-wrong-authority'
  | 'certificate-name-constraints'
  | 'certificate-issuer-unknown-critical';

export function issuerFailures(
  leaf: CertificateFields,
  { issuers, failure }: CertificatePath,
  purpose: CertificatePurpose,
  nowMs: number,
): IssuerFailure[] {
  const below: CertificateFields[] = [leaf];
  const failures: IssuerFailure[] = [];
  issuers.forEach(({ fields }, index) => {
    const isAnchor = failure === null && index === issuers.length - 1;
    const limit = fields.basicConstraints?.pathLength ?? null;
    const found: Record<IssuerFailure, boolean> = {
      'certificate-issuer-not-authority': fields.version !== 3 || fields.basicConstraints?.ca !== true,
      // RFC 5280 §4.2.1.3 demands KeyUsage of authorities; roots made by hand often lack it.
      'certificate-issuer-key-usage':
        fields.keyUsage === null ? !isAnchor : !fields.keyUsage.has(KEY_USAGE.keyCertSign),
      'certificate-issuer-expired': nowMs > fields.notAfterMs || nowMs + NOT_BEFORE_SKEW_MS < fields.notBeforeMs,
      // Nobody relies on an anchor's own signature.
      'certificate-issuer-weak':
        !isStrong(fields.publicKey) || (!isAnchor && !STRONG_SIGNATURES.has(fields.signatureAlgorithm)),
      'certificate-path-length': limit !== null && intermediates(below) > limit,
      'certificate-wrong-authority': !mayIssue(fields, purpose),
      'certificate-name-constraints': fields.nameConstraints !== null && !allWithin(below, fields.nameConstraints),
      'certificate-issuer-unknown-critical': fields.unknownCritical.length > 0,
    };
    failures.push(...ISSUER_ORDER.filter((code) => found[code]));
    below.push(fields);
  });
  return failures;
}

const ISSUER_ORDER = [
  'certificate-issuer-not-authority',
  'certificate-issuer-key-usage',
  'certificate-issuer-expired',
  'certificate-issuer-weak',
  'certificate-path-length',
  'certificate-wrong-authority',
  'certificate-name-constraints',
  'certificate-issuer-unknown-critical',
] as const satisfies readonly IssuerFailure[];

const isStrong = ({ kind, modulusBits }: PublicKeyInfo): boolean =>
  kind === 'RSA' ? modulusBits >= MIN_RSA_BITS : kind !== 'other';

/** Authorities below, without the leaf and without those that only change their own key. */
const intermediates = (below: readonly CertificateFields[]): number =>
  below.slice(1).filter(({ subject, issuer }) => subject !== issuer).length;

/** An authority that says what it issues for is held to it; so is one whose extended key usage is limited. */
function mayIssue({ alternativeNames, extendedKeyUsage }: CertificateFields, purpose: CertificatePurpose): boolean {
  const said = alternativeNames.filter(({ type, value }) => type === 'uri' && value.startsWith(AUTHORITY_URI_PREFIX));
  const { extendedKeyUsage: demanded } = PURPOSE_PROFILES[purpose];
  return (
    said.every(({ value }) => value === authorityUri(purpose)) &&
    (extendedKeyUsage === null ||
      extendedKeyUsage.includes(EXTENDED_KEY_USAGE.any) ||
      demanded.every((usage) => extendedKeyUsage.includes(usage)))
  );
}

const allWithin = (
  below: readonly CertificateFields[],
  constraints: NonNullable<CertificateFields['nameConstraints']>,
): boolean => below.every((names) => withinConstraints(names, constraints));
