/** Entities page by page: of one kind, or kind after kind. */

import type { Entity } from '../../core/contracts/entities.ts';
import { ENTITY_KINDS, type EntityKind, EntityKindSchema, type SiteId } from '../../core/contracts/identifiers.ts';
import { InvalidInputError } from '../../core/errors.ts';
import type { PageRequest, SiteContentStore } from '../adapters/ports/site-content.ts';

export interface EntityQuery extends PageRequest {
  readonly kind?: EntityKind | undefined;
}

export interface List<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

/** Between the kind that a page ended in and where in it. */
const MARK = '.';

/** @throws InvalidInputError `ERR_CURSOR` */
export async function pageEntities(
  content: SiteContentStore,
  site: SiteId,
  { kind, limit, cursor }: EntityQuery,
): Promise<List<Entity>> {
  const kinds: readonly EntityKind[] = kind === undefined ? ENTITY_KINDS : [kind];
  const place = readPlace(cursor, kinds);
  const items: Entity[] = [];
  let inner = place.inner;
  for (const [index, one] of kinds.entries()) {
    if (index < place.index) continue;
    const page = await content.pageEntities(site, one, { limit: limit - items.length, cursor: inner });
    items.push(...page.items);
    inner = undefined;
    if (page.cursor !== undefined) return { items, cursor: `${one}${MARK}${page.cursor}` };
    const next = kinds[index + 1];
    if (items.length >= limit && next !== undefined) return { items, cursor: `${next}${MARK}` };
  }
  return { items, cursor: null };
}

function readPlace(
  cursor: string | undefined,
  kinds: readonly EntityKind[],
): { index: number; inner: string | undefined } {
  if (cursor === undefined) return { index: 0, inner: undefined };
  const [kind, inner = ''] = cursor.split(MARK, 2);
  const index = kinds.indexOf(EntityKindSchema.safeParse(kind).data ?? ('' as EntityKind));
  if (index < 0) throw new InvalidInputError('ERR_CURSOR', 'the cursor does not belong to this list');
  return { index, inner: inner === '' ? undefined : inner };
}
