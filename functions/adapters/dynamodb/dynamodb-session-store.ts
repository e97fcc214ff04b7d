/** Sessions in DynamoDB: one item each, replaced by later words only. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { SessionAlarm, SessionRecord, SessionStore } from '../ports/session-store.ts';
import { sessionKey } from './keys.ts';

/** What happened is proved by the audit trail; this table answers who is connected and who lately was. */
const KEPT_SECONDS = 90 * 24 * 3600;

export class DynamodbSessionStore implements SessionStore {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;

  /** @param table the session table */
  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  async keep(session: SessionRecord, alarm: SessionAlarm | null): Promise<void> {
    await this.#newer(session, 'record', session, session.at);
    // Apart from the record: an alarm that the session's end has overtaken is still an alarm.
    if (alarm !== null) await this.#newer(session, 'alarm', alarm);
  }

  /** `at` orders the index by when a session was last heard of. */
  async #newer(
    { site, sessionId, seq }: SessionRecord,
    attribute: 'record' | 'alarm',
    value: SessionRecord | SessionAlarm,
    at?: string,
  ): Promise<void> {
    const lastHeard = at === undefined ? '' : ', #site = :site, #at = :at, expiresAtEpochSeconds = :expires';
    const names = at === undefined ? {} : { '#site': 'site', '#at': 'at' };
    const values = at === undefined ? {} : { ':site': site, ':at': at, ':expires': expiryAfter(at) };
    try {
      await this.#documents.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { ...sessionKey(site, sessionId) },
          UpdateExpression: `SET #attribute = :value${lastHeard}`,
          ConditionExpression: 'attribute_not_exists(#attribute) OR #attribute.#seq < :seq',
          ExpressionAttributeNames: { '#attribute': attribute, '#seq': 'seq', ...names },
          ExpressionAttributeValues: { ':value': value, ':seq': seq, ...values },
        }),
      );
    } catch (cause) {
      // A later word is held already, or this very one.
      if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
    }
  }
}

const expiryAfter = (at: string): number => Math.ceil(Date.parse(at) / 1000) + KEPT_SECONDS;
