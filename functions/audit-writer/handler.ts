/**
 * Keeps the audit trail of gateways, each record once, checks that every writer's chain holds, and signs where chains
 * end. Nothing that came is dropped: what cannot be believed goes back, and ends where a person looks at it.
 */
import * as z from 'zod';
import { type BatchAnswer, failedItems, SqsEventSchema } from '../http/batch.ts';
import { signCheckpoints } from './checkpoint-job.ts';
import type { Container } from './container.ts';
import { keepRecords } from './keep-records.ts';

const CheckpointJobSchema = z.object({ job: z.literal('checkpoint') });

export type AuditHandler = (event: unknown) => Promise<BatchAnswer>;

export function createHandler(container: Container): AuditHandler {
  return async (event) => {
    if (CheckpointJobSchema.safeParse(event).success) {
      await signCheckpoints(container);
      return failedItems([]);
    }
    return failedItems(await keepRecords(SqsEventSchema.parse(event).Records, container));
  };
}
