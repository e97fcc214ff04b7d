/**
 * Head, StateUpdate and StateSnapshot: the signed, sequenced truth about a site that changes by the second.
 *
 * Every update names the digest of the one before it, so a gateway notices a missing, reordered or forged update by
 * itself. Each travels as a compact JWS (ES256) signed with the state key; `typ` says which of them it is.
 */
import * as z from 'zod';
import { CodeSchema, EntityRefSchema, Sha256Schema, SiteIdSchema, TimestampSchema } from './identifiers.ts';
import { DeviationBandSchema, LifecycleStateSchema, PostureGradeSchema } from './levels.ts';
import { TrustEvidenceSchema, TrustStateSchema } from './trust.ts';

export const HEAD_TYP = 'vitalgate-head+jws';
export const STATE_UPDATE_TYP = 'vitalgate-state-update+jws';
export const STATE_SNAPSHOT_TYP = 'vitalgate-state-snapshot+jws';

/** A certificate as the gateway needs it: found by thumbprint, refused unless listed and active. */
export const CertificateStatusSchema = z
  .strictObject({
    thumbprint: Sha256Schema,
    serial: z.string().max(64),
    notAfter: TimestampSchema,
    status: z.enum(['active', 'revoked']),
  })
  .readonly();
export type CertificateStatus = z.infer<typeof CertificateStatusSchema>;

/** All that changes about one entity. Replaces what was held of it. */
export const SubjectStateSchema = z
  .strictObject({
    ref: EntityRefSchema,
    state: LifecycleStateSchema,
    certificates: z.array(CertificateStatusSchema).max(8),
    posture: z.strictObject({ grade: PostureGradeSchema, assessedAt: TimestampSchema }).nullable(),
    deviationBand: DeviationBandSchema,
    trust: TrustStateSchema.nullable(),
    /** What the cloud's conclusion rests on, so that the gateway can go on from it. */
    evidence: z.array(TrustEvidenceSchema).max(32),
  })
  .readonly();
export type SubjectState = z.infer<typeof SubjectStateSchema>;

export const WITHDRAWABLE = ['policy', 'protection', 'owner'] as const;

/** One channel for every cause of a revocation. */
export const StateChangeSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('put-subject'), subject: SubjectStateSchema }),
  z.strictObject({ op: z.literal('remove-subject'), ref: EntityRefSchema }),
  /** Takes effect at once; the bundle that leaves it out follows. `owner` names the entity whose responsibility lapsed. */
  z.strictObject({
    op: z.literal('withdraw'),
    kind: z.enum(WITHDRAWABLE),
    id: z.string().min(1).max(128),
    untilBundleVersion: z.int().positive(),
  }),
  z.strictObject({ op: z.literal('end-session'), sessionId: z.uuid() }),
  z.strictObject({ op: z.literal('announce-bundle'), version: z.int().positive(), digest: Sha256Schema }),
]);
export type StateChange = z.infer<typeof StateChangeSchema>;

const position = {
  site: SiteIdSchema,
  /** New when a site's history is started again; a gateway takes a higher epoch only with a snapshot. */
  epoch: z.int().positive(),
  seq: z.int().nonnegative(),
  issuedAt: TimestampSchema,
};

export const StateUpdateSchema = z
  .strictObject({
    schema: z.literal('vitalgate.state-update/1'),
    ...position,
    previousDigest: Sha256Schema,
    cause: CodeSchema,
    changes: z.array(StateChangeSchema).min(1).max(64),
  })
  .readonly();
export type StateUpdate = z.infer<typeof StateUpdateSchema>;

export const HeadSchema = z
  .strictObject({
    schema: z.literal('vitalgate.head/1'),
    ...position,
    /** SHA-256 of the canonical JSON of the update with this `seq`. */
    digest: Sha256Schema,
    bundleVersion: z.int().nonnegative(),
    bundleDigest: Sha256Schema,
  })
  .readonly();
export type Head = z.infer<typeof HeadSchema>;

export const StateSnapshotSchema = z
  .strictObject({
    schema: z.literal('vitalgate.state-snapshot/1'),
    ...position,
    digest: Sha256Schema,
    subjects: z.array(SubjectStateSchema),
    withdrawn: z.array(
      z.strictObject({ kind: z.enum(WITHDRAWABLE), id: z.string(), untilBundleVersion: z.int().positive() }),
    ),
  })
  .readonly();
export type StateSnapshot = z.infer<typeof StateSnapshotSchema>;

/** Where a site's ledger stands: the digest chain that updates extend. */
export interface LedgerPosition {
  readonly epoch: number;
  readonly seq: number;
  readonly digest: string;
}

/** Digest of the update that no site has: what the first update names as its previous one. */
export const GENESIS_DIGEST = '0'.repeat(64);
