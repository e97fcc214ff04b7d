/** Whether an outbox row was published, and the note that it was. */
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { OutboxRow, OutboxStore } from '../ports/outbox.ts';

export class DynamodbOutboxStore implements OutboxStore {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;

  /** @param table the trust table */
  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  async isPublished({ pk, sk }: Pick<OutboxRow, 'pk' | 'sk'>): Promise<boolean> {
    const answer = await this.#documents.send(
      new GetCommand({ TableName: this.#table, Key: { pk, sk }, ConsistentRead: true }),
    );
    // A row that is gone was due to go: nobody waits for it any more.
    return answer.Item === undefined || answer.Item['publishedAtMs'] !== undefined;
  }

  async markPublished({ pk, sk }: Pick<OutboxRow, 'pk' | 'sk'>, atMs: number): Promise<void> {
    await this.#documents.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: { pk, sk },
        UpdateExpression: 'SET publishedAtMs = :at',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':at': atMs },
      }),
    );
  }
}
