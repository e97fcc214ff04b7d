/**
 * Trust that changes without a posture report: what gateways have seen is merged and judged, and every minute those are
 * judged again whose conclusion has run out, whose owner has lapsed or whose silence has become telling.
 */
import * as z from 'zod';
import { type BatchAnswer, eachRecord, SqsEventSchema } from '../http/batch.ts';
import type { Container } from './container.ts';
import { evaluateDue } from './evaluate-due.ts';
import { receiveEvidence } from './receive-evidence.ts';

const JobSchema = z.object({ job: z.literal('due') });

export type EvaluatorHandler = (event: unknown) => Promise<BatchAnswer | undefined>;

export function createHandler(container: Container): EvaluatorHandler {
  return async (event) => {
    if (JobSchema.safeParse(event).success) {
      for (const site of container.sites) await evaluateDue(site, container);
      return undefined;
    }
    return eachRecord(
      SqsEventSchema.parse(event).Records,
      (record) => receiveEvidence(record, container),
      (cause, { messageId }) => container.log.error('request-failed', cause, { messageId }),
    );
  };
}
