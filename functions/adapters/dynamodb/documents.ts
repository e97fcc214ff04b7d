/** The document client and the few ways in which the stores read with it. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { VitalgateError } from '../../../core/errors.ts';
import type { ItemKey } from './keys.ts';

export type Item = Record<string, unknown>;

/** A connection that is used again within a warm function; absent members are left out of items. */
export const createDocuments = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

export interface PrefixQuery {
  readonly table: string;
  readonly pk: string;
  readonly prefix: string;
  readonly projection?: readonly string[];
}

/** Every item of a partition whose sort key has the prefix, strongly consistent, in order. */
export async function queryAll(documents: DynamoDBDocumentClient, query: PrefixQuery): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const answer = await documents.send(
      new QueryCommand({
        TableName: query.table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': query.pk, ':prefix': query.prefix },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

export interface KeyedRequest {
  readonly table: string;
  readonly key: ItemKey;
}

const MAX_BATCH = 100;
const MAX_ROUNDS = 8;

/** @returns what exists, by `table pk sk`; strongly consistent */
export async function batchGet(
  documents: DynamoDBDocumentClient,
  requests: readonly KeyedRequest[],
): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>();
  const unique = [...new Map(requests.map((one) => [addressOf(one.table, one.key), one])).values()];
  for (let start = 0; start < unique.length; start += MAX_BATCH) {
    await getBatch(documents, unique.slice(start, start + MAX_BATCH), found);
  }
  return found;
}

export const addressOf = (table: string, { pk, sk }: ItemKey): string => `${table} ${pk} ${sk}`;

async function getBatch(
  documents: DynamoDBDocumentClient,
  requests: readonly KeyedRequest[],
  found: Map<string, Item>,
): Promise<void> {
  let open: Record<string, { Keys?: Item[]; ConsistentRead?: boolean }> = {};
  for (const { table, key } of requests) {
    open[table] ??= { Keys: [], ConsistentRead: true };
    open[table].Keys?.push({ ...key });
  }
  for (let round = 0; Object.keys(open).length > 0; round++) {
    if (round === MAX_ROUNDS) throw new VitalgateError('ERR_TABLE_THROTTLED', 'the tables are busy; try again');
    const answer = await documents.send(new BatchGetCommand({ RequestItems: open as never }));
    for (const [table, items] of Object.entries(answer.Responses ?? {})) {
      for (const item of items) found.set(addressOf(table, item as unknown as ItemKey), item);
    }
    open = (answer.UnprocessedKeys ?? {}) as typeof open;
  }
}
