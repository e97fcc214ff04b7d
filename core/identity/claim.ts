/**
 * One-time claims: what a device that has nothing yet shows to enrol. 256 random bits given to whoever installs it; the
 * control plane keeps the digest alone, so that its tables enrol nobody.
 */
import * as z from 'zod';
import {
  type EntityRef,
  EntityRefSchema,
  Sha256Schema,
  type Timestamp,
  TimestampSchema,
} from '../contracts/identifiers.ts';
import { failure, type Result, success } from '../result.ts';
import { sha256Hex } from '../signing/digest.ts';

export const CLAIM_BYTES = 32;
/** Long enough to carry a device to its ward and plug it in, short enough that a lost label is worth little. */
export const CLAIM_TTL_SECONDS = 24 * 3600;
/** Base64url of 32 bytes; the last character holds two bits that are always zero. */
const CLAIM = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

export const ClaimRecordSchema = z
  .strictObject({
    /** Of the claim's text: its key in the table. */
    digest: Sha256Schema,
    subject: EntityRefSchema,
    issuedBy: z.string().max(128),
    issuedAt: TimestampSchema,
    expiresAt: TimestampSchema,
    /** Set by the first use and never changed: which certificate request it was spent on. */
    use: z.strictObject({ requestDigest: Sha256Schema, at: TimestampSchema }).readonly().nullable(),
  })
  .readonly();
export type ClaimRecord = z.infer<typeof ClaimRecordSchema>;

export type ClaimFailure = 'claim-unknown' | 'claim-used' | 'claim-expired';

/** @param random {@link CLAIM_BYTES} bytes of the caller's cryptographic randomness */
export const encodeClaim = (random: Uint8Array): string => Buffer.from(random).toString('base64url');

/** SHA-256 is enough for a secret of 256 random bits: there is nothing to guess. */
export const claimDigest = (claim: string): string => sha256Hex(claim);

export const isClaim = (text: string): boolean => CLAIM.test(text);

export function newClaimRecord(
  digest: string,
  subject: EntityRef,
  issue: { readonly issuedBy: string; readonly issuedAt: Timestamp; readonly expiresAt: Timestamp },
): ClaimRecord {
  return { digest, subject, ...issue, use: null };
}

export interface JudgedClaim {
  readonly record: ClaimRecord;
  /** The same request was already answered: answer it again, spend nothing. */
  readonly repeated: boolean;
}

/**
 * @param record what is stored under `digest`, if anything
 * @param requestDigest of the certificate request: the one that spent the claim may be repeated until the claim expires,
 *   so that a lost answer strands no device
 *
 * - `claim-unknown`: never issued
 * - `claim-used`: spent on another request
 * - `claim-expired`
 */
export function judgeClaim(
  record: ClaimRecord | undefined,
  digest: string,
  nowMs: number,
  requestDigest?: string,
): Result<JudgedClaim, ClaimFailure> {
  if (record?.digest !== digest) return failure('claim-unknown', 'no such claim');
  const repeated = record.use !== null && record.use.requestDigest === requestDigest;
  if (record.use !== null && !repeated) return failure('claim-used', 'the claim has been used');
  if (nowMs >= Date.parse(record.expiresAt))
    return failure('claim-expired', `the claim expired at ${record.expiresAt}`);
  return success({ record, repeated });
}
