/** Reference values, indicators, protections and gateways of a site, kept in a warm function until their revision moves. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type EntityId, EntityIdSchema, type SiteId } from '../../../core/contracts/identifiers.ts';
import { type PolicyItem, PolicyItemSchema, type PolicyItemType } from '../../../core/ledger/ledger-write.ts';
import type { GatewayDirectory, SiteReference, SiteReferenceSource } from '../ports/site-reference.ts';
import { queryAll } from './documents.ts';
import { entityPrefix, policyPrefix, sitePartition } from './keys.ts';
import { RevisionCache } from './revision-cache.ts';

export class DynamodbSiteReference implements SiteReferenceSource {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #kept = new RevisionCache<SiteReference>();

  /** @param table the policy table */
  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  at(site: SiteId, policyRevision: number): Promise<SiteReference> {
    return this.#kept.at(site, policyRevision, () => this.#read(site));
  }

  async #read(site: SiteId): Promise<SiteReference> {
    const [references, indicators, protections] = await Promise.all([
      this.#items(site, 'reference'),
      this.#items(site, 'indicator'),
      this.#items(site, 'protection'),
    ]);
    return {
      references: references.flatMap((item) => (item.type === 'reference' ? [item.document] : [])),
      indicators: indicators.flatMap((item) => (item.type === 'indicator' ? [item.document] : [])),
      protections: protections.flatMap((item) => (item.type === 'protection' ? [item.document] : [])),
    };
  }

  async #items(site: SiteId, type: PolicyItemType): Promise<PolicyItem[]> {
    const query = { table: this.#table, pk: sitePartition(site), prefix: policyPrefix(type) };
    return (await queryAll(this.#documents, query)).map((item) => PolicyItemSchema.parse(item['item']));
  }
}

export class DynamodbGatewayDirectory implements GatewayDirectory {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #kept = new RevisionCache<readonly EntityId[]>();

  /** @param table the identity table */
  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  gateways(site: SiteId, policyRevision: number): Promise<readonly EntityId[]> {
    return this.#kept.at(site, policyRevision, async () => {
      const prefix = entityPrefix('gateway');
      const items = await queryAll(this.#documents, { table: this.#table, pk: sitePartition(site), prefix });
      return items.map((item) => EntityIdSchema.parse(String(item['sk']).slice(prefix.length)));
    });
  }
}
