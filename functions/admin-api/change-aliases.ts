/** The aliases that an entity takes and gives back with a change: each names one thing of the site. */
import type { Entity } from '../../core/contracts/entities.ts';
import { siteOf } from '../../core/contracts/identifiers.ts';
import type { LedgerWrite } from '../../core/ledger/ledger-write.ts';
import type { AliasDirectory } from '../adapters/ports/alias-directory.ts';
import { aliasesOf } from './entity-bodies.ts';
import { Refusal } from './refusal.ts';

/** @throws Refusal `ERR_ALIAS_TAKEN`, `ERR_ALIAS_REPEATED` */
export async function changeAliases(
  directory: AliasDirectory,
  before: Entity | null,
  after: Entity | null,
): Promise<readonly LedgerWrite[]> {
  const entity = after ?? before;
  if (entity === null) return [];
  const held = new Set(before === null ? [] : aliasesOf(before));
  const wanted = after === null ? [] : aliasesOf(after);
  if (new Set(wanted).size !== wanted.length) {
    throw new Refusal(422, 'ERR_ALIAS_REPEATED', 'two services cannot share an alias');
  }
  const taken = wanted.filter((alias) => !held.has(alias));
  const freed = [...held].filter((alias) => !wanted.includes(alias));
  const holders = await directory.holders(siteOf(entity.id), taken);
  if (holders.size > 0) {
    throw new Refusal(409, 'ERR_ALIAS_TAKEN', `an alias is taken by ${[...new Set(holders.values())].join(', ')}`);
  }
  const ref = { kind: entity.kind, id: entity.id };
  return [
    ...taken.map((alias) => ({ write: 'take-alias', alias, ref }) as const),
    ...freed.map((alias) => ({ write: 'free-alias', alias, ref }) as const),
  ];
}
