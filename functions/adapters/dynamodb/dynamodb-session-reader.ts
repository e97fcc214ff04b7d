/** Reads what gateways told of sessions. */
import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { SiteId } from '../../../core/contracts/identifiers.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import type { KeptSession, SessionReader } from '../ports/session-store.ts';
import type { Page, PageRequest } from '../ports/site-content.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { SESSION_PREFIX, sessionKey, sitePartition } from './keys.ts';
import { keptSession } from './session-items.ts';

/** Orders the sessions of a site by when they were last heard of. */
const INDEX = 'by-site';

export class DynamodbSessionReader implements SessionReader {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;

  /** @param table the session table */
  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  async find(site: SiteId, sessionId: string): Promise<KeptSession | undefined> {
    const answer = await this.#documents.send(
      new GetCommand({ TableName: this.#table, Key: { ...sessionKey(site, sessionId) }, ConsistentRead: true }),
    );
    return answer.Item === undefined ? undefined : keptSession(answer.Item);
  }

  async page(site: SiteId, { limit, cursor }: PageRequest): Promise<Page<KeptSession>> {
    const start = cursor === undefined ? undefined : readPlace(cursor, site);
    const answer = await this.#documents.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: INDEX,
        KeyConditionExpression: '#site = :site',
        ExpressionAttributeNames: { '#site': 'site' },
        ExpressionAttributeValues: { ':site': site },
        ScanIndexForward: false,
        Limit: limit,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    const items = (answer.Items ?? []).map(keptSession);
    return answer.LastEvaluatedKey === undefined ? { items } : { items, cursor: writeCursor(answer.LastEvaluatedKey) };
  }
}

/** A place in the index names the site twice: in the key of the table and in that of the index. */
function readPlace(cursor: string, site: SiteId): Record<string, string> {
  const place = readCursor(cursor, sitePartition(site), SESSION_PREFIX);
  if (place['site'] === site) return place;
  throw new InvalidInputError('ERR_CURSOR', 'the cursor does not belong to this list');
}
