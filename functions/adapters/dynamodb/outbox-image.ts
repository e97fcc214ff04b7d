/** An outbox row as the table's stream shows it. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type OutboxRow, OutboxRowSchema } from '../ports/outbox.ts';

/** @returns undefined for an item of another kind */
export function readOutboxImage(image: unknown): OutboxRow | undefined {
  if (typeof image !== 'object' || image === null) return undefined;
  return OutboxRowSchema.safeParse(unmarshall(image as Record<string, AttributeValue>)).data;
}
