/** The audit table: records are written once and never again. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditRecord } from '../../../core/contracts/audit-record.ts';
import type { SiteId } from '../../../core/contracts/identifiers.ts';
import { type AuditChain, AuditChainSchema, type AuditTrail, readAuditRecord } from '../ports/audit-trail.ts';
import { type Item, queryAll } from './documents.ts';
import {
  auditKey,
  auditPartition,
  CHAIN_PREFIX,
  chainKey,
  checkpointKey,
  type ItemKey,
  sitePartition,
} from './keys.ts';

const MUST_BE_NEW = 'attribute_not_exists(pk)';

export class DynamodbAuditTrail implements AuditTrail {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;

  /** @param table the audit table */
  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  async keep(record: AuditRecord): Promise<'kept' | 'held' | 'forked'> {
    const { site, at, writer, seq, hash } = record;
    if (await this.#put({ ...auditKey(writer, seq), site, at, record }, { ConditionExpression: MUST_BE_NEW })) {
      return 'kept';
    }
    return readAuditRecord(await this.record(writer, seq))?.hash === hash ? 'held' : 'forked';
  }

  async record(writer: string, seq: number): Promise<unknown> {
    return (await this.#get(auditKey(writer, seq)))?.['record'];
  }

  async recordsAfter(writer: string, seq: number, limit: number): Promise<readonly unknown[]> {
    const answer = await this.#documents.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk AND sk > :after',
        ExpressionAttributeValues: { ':pk': auditPartition(writer), ':after': auditKey(writer, seq).sk },
        ConsistentRead: true,
        Limit: limit,
      }),
    );
    return (answer.Items ?? []).map((item) => item['record']);
  }

  async chain(site: SiteId, writer: string): Promise<AuditChain | undefined> {
    const item = await this.#get(chainKey(site, writer));
    return item === undefined ? undefined : AuditChainSchema.parse(item['chain']);
  }

  async chains(site: SiteId): Promise<readonly AuditChain[]> {
    const query = { table: this.#table, pk: sitePartition(site), prefix: CHAIN_PREFIX };
    return (await queryAll(this.#documents, query)).map((item) => AuditChainSchema.parse(item['chain']));
  }

  putChain(chain: AuditChain): Promise<boolean> {
    const item = { ...chainKey(chain.site, chain.writer), chain };
    if (chain.version === 1) return this.#put(item, { ConditionExpression: MUST_BE_NEW });
    return this.#put(item, {
      ConditionExpression: '#chain.#version = :before',
      ExpressionAttributeNames: { '#chain': 'chain', '#version': 'version' },
      ExpressionAttributeValues: { ':before': chain.version - 1 },
    });
  }

  async keepCheckpoint(writer: string, seq: number, token: string): Promise<void> {
    await this.#put({ ...checkpointKey(writer, seq), token }, { ConditionExpression: MUST_BE_NEW });
  }

  async #get(key: ItemKey): Promise<Item | undefined> {
    const answer = await this.#documents.send(
      new GetCommand({ TableName: this.#table, Key: { ...key }, ConsistentRead: true }),
    );
    return answer.Item;
  }

  /** @returns false when the condition does not hold */
  async #put(
    item: object,
    condition: {
      readonly ConditionExpression: string;
      readonly ExpressionAttributeNames?: Record<string, string>;
      readonly ExpressionAttributeValues?: Record<string, unknown>;
    },
  ): Promise<boolean> {
    try {
      await this.#documents.send(new PutCommand({ TableName: this.#table, Item: { ...item }, ...condition }));
      return true;
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException) return false;
      throw cause;
    }
  }
}
