/** SQS and stream batches: what failed is named, so that only that comes again. */
import * as z from 'zod';

const SqsRecordSchema = z.object({ messageId: z.string(), body: z.string() });
export type SqsRecord = z.infer<typeof SqsRecordSchema>;

/** AWS envelopes are read tolerantly: what is not named here is ignored. */
export const SqsEventSchema = z.object({ Records: z.array(SqsRecordSchema) });

export interface BatchAnswer {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

export const failedItems = (ids: Iterable<string>): BatchAnswer => ({
  batchItemFailures: [...new Set(ids)].map((itemIdentifier) => ({ itemIdentifier })),
});

/** Every record on its own, all at once. @returns those whose handling threw */
export async function eachRecord(
  records: readonly SqsRecord[],
  handle: (record: SqsRecord) => Promise<void>,
  onFailure: (cause: unknown, record: SqsRecord) => void,
): Promise<BatchAnswer> {
  const failed: string[] = [];
  await Promise.all(
    records.map(async (record) => {
      try {
        await handle(record);
      } catch (cause) {
        onFailure(cause, record);
        failed.push(record.messageId);
      }
    }),
  );
  return failedItems(failed);
}
