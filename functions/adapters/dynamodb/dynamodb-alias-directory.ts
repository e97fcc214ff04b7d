/** Aliases as items of their own, so that two registrations at once cannot both have one. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { SiteId } from '../../../core/contracts/identifiers.ts';
import type { AliasDirectory } from '../ports/alias-directory.ts';
import { addressOf, batchGet } from './documents.ts';
import { aliasKey } from './keys.ts';

const AliasItemSchema = z.object({ holder: z.string() });

export class DynamodbAliasDirectory implements AliasDirectory {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;

  /** @param table the identity table */
  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  async holders(site: SiteId, aliases: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const requests = aliases.map((alias) => ({ table: this.#table, key: aliasKey(site, alias) }));
    const found = await batchGet(this.#documents, requests);
    const holders = new Map<string, string>();
    for (const alias of aliases) {
      const item = found.get(addressOf(this.#table, aliasKey(site, alias)));
      if (item !== undefined) holders.set(alias, AliasItemSchema.parse(item).holder);
    }
    return holders;
  }
}
