/**
 * Keeps what a commit promised, whatever became of the function that made it: events for everyone else, what the broker
 * must do, and the update itself when it was not published. In the order of the ledger; everything may come twice.
 */
import * as z from 'zod';
import { type BatchAnswer, failedItems } from '../http/batch.ts';
import type { Container } from './container.ts';
import { relayRow } from './relay-row.ts';

const StreamEventSchema = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      dynamodb: z.object({ SequenceNumber: z.string(), NewImage: z.unknown().optional() }),
    }),
  ),
});

export type RelayHandler = (event: unknown) => Promise<BatchAnswer>;

export function createHandler(container: Container): RelayHandler {
  return async (event) => {
    for (const { eventName, dynamodb } of StreamEventSchema.parse(event).Records) {
      const row = eventName === 'INSERT' ? container.readImage(dynamodb.NewImage) : undefined;
      if (row === undefined) continue;
      try {
        await relayRow(row, container);
      } catch (cause) {
        container.log.error('request-failed', cause, { site: row.site, seq: row.seq });
        // The stream starts again from here: a later update must not overtake this one.
        return failedItems([dynamodb.SequenceNumber]);
      }
    }
    return failedItems([]);
  };
}
