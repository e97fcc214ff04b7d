/** Entities and authored policy items of a site. */
import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Entity, EntitySchema } from '../../../core/contracts/entities.ts';
import type { EntityKind, EntityRef, SiteId } from '../../../core/contracts/identifiers.ts';
import { type PolicyItem, PolicyItemSchema, type PolicyItemType } from '../../../core/ledger/ledger-write.ts';
import type { Page, PageRequest, SiteContentStore, Versioned } from '../ports/site-content.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { type Item, queryAll } from './documents.ts';
import { entityKey, entityPrefix, policyItemKey, policyPrefix, sitePartition } from './keys.ts';

const POLICY_TYPES = ['policy', 'protection', 'reference', 'indicator', 'narrowed'] as const;

export class DynamodbSiteContent implements SiteContentStore {
  readonly #documents: DynamoDBDocumentClient;
  readonly #tables: { readonly identity: string; readonly policy: string };

  constructor(documents: DynamoDBDocumentClient, tables: { readonly identity: string; readonly policy: string }) {
    this.#documents = documents;
    this.#tables = tables;
  }

  async entities(site: SiteId): Promise<readonly Entity[]> {
    const query = { table: this.#tables.identity, pk: sitePartition(site), prefix: entityPrefix() };
    return (await queryAll(this.#documents, query)).map(entityOf);
  }

  async entity(ref: EntityRef): Promise<Entity | undefined> {
    const item = await this.#get(this.#tables.identity, entityKey(ref));
    return item === undefined ? undefined : entityOf(item);
  }

  async pageEntities(site: SiteId, kind: EntityKind, page: PageRequest): Promise<Page<Entity>> {
    const { items, ...rest } = await this.#page(this.#tables.identity, site, entityPrefix(kind), page);
    return { items: items.map(entityOf), ...rest };
  }

  async policyItems(site: SiteId): Promise<readonly PolicyItem[]> {
    const all = await Promise.all(
      POLICY_TYPES.map((type) =>
        queryAll(this.#documents, { table: this.#tables.policy, pk: sitePartition(site), prefix: policyPrefix(type) }),
      ),
    );
    return all.flat().map((item) => policyItemOf(item).value);
  }

  async policyItem(site: SiteId, type: PolicyItemType, id: string): Promise<Versioned<PolicyItem> | undefined> {
    const item = await this.#get(this.#tables.policy, policyItemKey(site, type, id));
    return item === undefined ? undefined : policyItemOf(item);
  }

  async pagePolicyItems(site: SiteId, type: PolicyItemType, page: PageRequest): Promise<Page<Versioned<PolicyItem>>> {
    const { items, ...rest } = await this.#page(this.#tables.policy, site, policyPrefix(type), page);
    return { items: items.map(policyItemOf), ...rest };
  }

  async #get(table: string, key: { readonly pk: string; readonly sk: string }): Promise<Item | undefined> {
    const answer = await this.#documents.send(
      new GetCommand({ TableName: table, Key: { ...key }, ConsistentRead: true }),
    );
    return answer.Item;
  }

  async #page(table: string, site: SiteId, prefix: string, page: PageRequest): Promise<Page<Item>> {
    const start = page.cursor === undefined ? undefined : readCursor(page.cursor, sitePartition(site), prefix);
    const answer = await this.#documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': sitePartition(site), ':prefix': prefix },
        ConsistentRead: true,
        Limit: page.limit,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    const cursor = answer.LastEvaluatedKey === undefined ? {} : { cursor: writeCursor(answer.LastEvaluatedKey) };
    return { items: answer.Items ?? [], ...cursor };
  }
}

const entityOf = (item: Item): Entity => EntitySchema.parse(item['document']);

const policyItemOf = (item: Item): Versioned<PolicyItem> => ({
  value: PolicyItemSchema.parse(item['item']),
  version: z.int().positive().parse(item['version']),
});
