/**
 * All that the control plane holds of one entity as a subject: what it knows, what it concluded, and what it last told
 * the gateways. The last part moves only with the ledger, so that a snapshot is exactly what the updates up to it say.
 */
import * as z from 'zod';
import { type EntityRef, EntityRefSchema, TimestampSchema } from '../contracts/identifiers.ts';
import { DeviationBandSchema, LifecycleStateSchema } from '../contracts/levels.ts';
import { CertificateStatusSchema, SubjectStateSchema } from '../contracts/site-state.ts';
import { TrustEvidenceSchema, TrustStateSchema } from '../contracts/trust.ts';
import { PostureAssessmentSchema } from '../posture/assessment.ts';

export const SubjectRecordSchema = z
  .strictObject({
    ref: EntityRefSchema,
    /** Grows by one with every write: a write on older ground is refused. */
    version: z.int().nonnegative(),
    state: LifecycleStateSchema,
    certificates: z.array(CertificateStatusSchema).max(8),
    /** The identity itself was revoked, whatever its certificates say. */
    revoked: z.boolean(),
    /** Known by another way than a finding: a stolen key, a person's word. */
    compromised: z.boolean(),
    exploitedVulnerabilities: z.int().nonnegative(),
    assessment: PostureAssessmentSchema.nullable(),
    deviationBand: DeviationBandSchema,
    evidence: z.array(TrustEvidenceSchema).max(32),
    trust: TrustStateSchema.nullable(),
    /** What the gateways were last told, and when; `null` before the first time. */
    announced: SubjectStateSchema.nullable(),
    announcedAt: TimestampSchema.nullable(),
    /** When something changes by itself: judge again then. `null` when nothing does. */
    dueAt: TimestampSchema.nullable(),
  })
  .readonly();
export type SubjectRecord = z.infer<typeof SubjectRecordSchema>;

/** An entity nobody has seen yet; version 0 is not stored. */
export const newSubjectRecord = (ref: EntityRef): SubjectRecord => ({
  ref,
  version: 0,
  state: 'registered',
  certificates: [],
  revoked: false,
  compromised: false,
  exploitedVulnerabilities: 0,
  assessment: null,
  deviationBand: 'unknown',
  evidence: [],
  trust: null,
  announced: null,
  announcedAt: null,
  dueAt: null,
});
