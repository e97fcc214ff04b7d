/** One-time claims, by digest. */
import type { ClaimRecord } from '../../../core/identity/claim.ts';

/** A claim and the certificate that was issued for it, kept so that the same request gets the same answer. */
export interface HeldClaim {
  readonly record: ClaimRecord;
  readonly certificatePem: string | null;
}

export interface ClaimStore {
  find(digest: string): Promise<HeldClaim | undefined>;
  /** First phase: spends the claim on this request. @returns false when another request was faster */
  reserve(digest: string, use: NonNullable<ClaimRecord['use']>): Promise<boolean>;
  /** Keeps the first certificate issued for the reserved claim. @returns the one that is kept */
  keepCertificate(digest: string, certificatePem: string): Promise<string>;
}
