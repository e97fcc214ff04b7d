/** Registered entities, for functions that read nothing else of a site. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Entity, EntitySchema } from '../../../core/contracts/entities.ts';
import type { EntityRef } from '../../../core/contracts/identifiers.ts';
import type { EntityDirectory } from '../ports/entity-directory.ts';
import { entityKey } from './keys.ts';

export class DynamodbEntityDirectory implements EntityDirectory {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;

  /** @param table the identity table */
  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  async entity(ref: EntityRef): Promise<Entity | undefined> {
    const answer = await this.#documents.send(
      new GetCommand({ TableName: this.#table, Key: { ...entityKey(ref) }, ConsistentRead: true }),
    );
    return answer.Item === undefined ? undefined : EntitySchema.parse(answer.Item['document']);
  }
}
