/** What this gateway concluded of a device by itself. It only ever takes away; it ends when the control plane knows as much. */
import * as z from 'zod';
import { CodeSchema, EntityRefSchema, TimestampSchema } from '../../core/contracts/identifiers.ts';
import { LifecycleStateSchema } from '../../core/contracts/levels.ts';
import type { SubjectState } from '../../core/contracts/site-state.ts';
import { TrustEvidenceSchema, TrustStateSchema } from '../../core/contracts/trust.ts';
import { PostureAssessmentSchema } from '../../core/posture/assessment.ts';
import { mergeEvidence } from '../../core/trust/merge-evidence.ts';

export const LocalConclusionSchema = z
  .strictObject({
    ref: EntityRefSchema,
    concludedAt: TimestampSchema,
    state: LifecycleStateSchema,
    reasons: z.array(CodeSchema).max(64),
    assessment: PostureAssessmentSchema.nullable(),
    trust: TrustStateSchema,
    /** What this gateway saw itself; the cloud's part is in the site state. */
    evidence: z.array(TrustEvidenceSchema).max(32),
  })
  .readonly();
export type LocalConclusion = z.infer<typeof LocalConclusionSchema>;

/** The control plane holds every statement that this conclusion rests on, or later ones: its word is the better one. */
export const isKnownToCloud = (conclusion: LocalConclusion, cloud: SubjectState): boolean =>
  !mergeEvidence(cloud.evidence, conclusion.evidence).changed;
