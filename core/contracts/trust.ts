/** TrustEvidence and TrustState: what is known of a subject, and what follows from it. Integers only. */
import * as z from 'zod';
import { CodeSchema, EntityRefSchema, TimestampSchema } from './identifiers.ts';
import { FindingSchema, TrustLevelSchema } from './levels.ts';

export const TRUST_FACTORS = ['identity', 'fingerprint', 'posture', 'behaviour', 'history', 'context'] as const;
export const TrustFactorSchema = z.enum(TRUST_FACTORS);
export type TrustFactor = z.infer<typeof TrustFactorSchema>;

export const EVIDENCE_SOURCES = [
  'enrolment',
  'posture-agent',
  'posture-gateway',
  'fingerprint-sensor',
  'behaviour-analyzer',
  'correlation',
  'threat-intelligence',
  'session-history',
  'location',
  'person',
] as const;
export const EvidenceSourceSchema = z.enum(EVIDENCE_SOURCES);
export type EvidenceSource = z.infer<typeof EvidenceSourceSchema>;

/** Thousandths of one observation: 1000 is one full observation for or against. */
const MilliSchema = z.int().min(0).max(1_000_000_000);

/**
 * What one source says of one factor of one subject. A later statement of the same source about the same factor
 * supersedes it; `(source, bootId, seq)` orders statements and makes merging idempotent.
 */
export const TrustEvidenceSchema = z
  .strictObject({
    schema: z.literal('vitalgate.trust-evidence/1'),
    subject: EntityRefSchema,
    source: EvidenceSourceSchema,
    factor: TrustFactorSchema,
    bootId: z.uuid(),
    seq: z.int().nonnegative(),
    observedAt: TimestampSchema,
    positiveMilli: MilliSchema,
    negativeMilli: MilliSchema,
    /** Adverse findings: latched until this source no longer reports them or a person clears them. */
    findings: z.array(FindingSchema).max(64),
  })
  .readonly();
export type TrustEvidence = z.infer<typeof TrustEvidenceSchema>;

export const TRUST_CRITERIA = [
  'certificate-bound',
  'state-admits',
  'not-revoked',
  'owned',
  'no-exploited-vulnerability',
  'no-compromise',
] as const;
export const TrustCriterionSchema = z.enum(TRUST_CRITERIA);
export type TrustCriterion = z.infer<typeof TrustCriterionSchema>;

export const TrustContributionSchema = z
  .strictObject({
    factor: TrustFactorSchema,
    positiveMilli: MilliSchema,
    negativeMilli: MilliSchema,
    /** (r + 2a) / (r + s + 2) in millionths. */
    expectationPpm: z.int().min(0).max(1_000_000),
    weightPermille: z.int().min(0).max(1000),
    /** Hundredths of a point this factor takes off 100. `10000 − Σ lostCentipoints` is the score in hundredths. */
    lostCentipoints: z.int().min(0).max(10_000),
  })
  .readonly();
export type TrustContribution = z.infer<typeof TrustContributionSchema>;

export const TrustStateSchema = z
  .strictObject({
    schema: z.literal('vitalgate.trust-state/1'),
    subject: EntityRefSchema,
    evaluatedAt: TimestampSchema,
    /** 0 to 100. For people; only the level decides. */
    score: z.int().min(0).max(100),
    level: TrustLevelSchema,
    levelSince: TimestampSchema,
    /** A higher level that has been earned but not yet held for the dwell time. */
    rising: z.strictObject({ level: TrustLevelSchema, since: TimestampSchema }).nullable(),
    unmetCriteria: z.array(TrustCriterionSchema),
    contributions: z.array(TrustContributionSchema),
    reasons: z.array(CodeSchema).max(64),
    /** When decay or dwell can next change the level: judge again no later than this. */
    validUntil: TimestampSchema,
    /** SHA-256 over the canonical JSON of all else here. */
    digest: z.string(),
  })
  .readonly();
export type TrustState = z.infer<typeof TrustStateSchema>;
