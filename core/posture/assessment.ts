/** PostureAssessment: the verdict on one report, as it is stored and as the next assessment starts from it. */
import * as z from 'zod';
import { TimestampSchema } from '../contracts/identifiers.ts';
import { FindingSchema, PostureGradeSchema } from '../contracts/levels.ts';
import { TrustEvidenceSchema } from '../contracts/trust.ts';

/** Where a reporter stands. A later report must lie after it. */
const ReportPositionSchema = z
  .strictObject({
    bootId: z.uuid(),
    seq: z.int().nonnegative(),
    /** The latest `reportedAt` ever accepted, so that a clock set back opens no door to a replay. */
    reportedAt: TimestampSchema,
  })
  .readonly();
export type ReportPosition = z.infer<typeof ReportPositionSchema>;

/** As many findings as one piece of evidence carries. */
export const MAX_FINDINGS = 64;

export const PostureAssessmentSchema = z
  .strictObject({
    grade: PostureGradeSchema,
    /** Worst first. */
    findings: z.array(FindingSchema).max(MAX_FINDINGS),
    assessedAt: TimestampSchema,
    position: ReportPositionSchema,
    /** What this assessment tells the trust evaluator, about the factor `posture`. */
    evidence: TrustEvidenceSchema,
    /** A check found compromise: a critical finding. */
    compromised: z.boolean(),
  })
  .readonly();
export type PostureAssessment = z.infer<typeof PostureAssessmentSchema>;
