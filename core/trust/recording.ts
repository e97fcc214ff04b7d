/** `vitalgate.trust-recording/1`: the inputs of a course of evaluations, recorded so that it can be judged again. */
import * as z from 'zod';
import { EntityRefSchema, Sha256Schema, TimestampSchema } from '../contracts/identifiers.ts';
import { EvidenceSourceSchema, TrustEvidenceSchema, TrustStateSchema } from '../contracts/trust.ts';
import { TrustFactsSchema } from './facts.ts';

/** Ample for a subject's year; keeps a replay from filling the memory. */
const MAX_RECORDED_EVALUATIONS = 100_000;
const MAX_RECORDED_EVIDENCE = 256;

const RecordedEvaluationSchema = z
  .strictObject({
    at: TimestampSchema,
    subject: EntityRefSchema,
    facts: TrustFactsSchema,
    /** All that was held at that moment. */
    evidence: z.array(TrustEvidenceSchema).max(MAX_RECORDED_EVIDENCE),
    pausedSources: z.array(z.strictObject({ source: EvidenceSourceSchema, since: TimestampSchema })).optional(),
  })
  .readonly();

export const TrustRecordingSchema = z
  .strictObject({
    schema: z.literal('vitalgate.trust-recording/1'),
    /** The states that held before the first evaluation of their subjects; none for a subject that had none. */
    previous: z.array(TrustStateSchema).default([]),
    /** In the order in which they were made. Each goes on from the last one of its subject. */
    evaluations: z.array(RecordedEvaluationSchema).min(1).max(MAX_RECORDED_EVALUATIONS),
    /** What the replay came to when it was recorded. */
    expectedDigest: Sha256Schema.optional(),
  })
  .readonly();
export type TrustRecording = z.infer<typeof TrustRecordingSchema>;
