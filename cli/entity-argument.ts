/** Entities as people name them on the command line. */
import * as z from 'zod';
import { EntityIdSchema, type EntityRef, EntityRefSchema } from '../core/contracts/identifiers.ts';
import { InvalidInputError } from '../core/errors.ts';
import type { ApiClient } from '../local/api-client.ts';

/** @throws InvalidInputError `ERR_ENTITY_MALFORMED` for anything but `kind/site:name` */
export function parseRef(text: string | undefined): EntityRef {
  const [kind, id, ...more] = (text ?? '').split('/');
  const parsed = EntityRefSchema.safeParse({ kind, id });
  if (parsed.success && more.length === 0) return parsed.data;
  throw new InvalidInputError('ERR_ENTITY_MALFORMED', 'name an entity as kind/site:name, such as device/north:pump-3');
}

const PageSchema = z.object({
  items: z.array(z.object({ kind: EntityRefSchema.unwrap().shape.kind, id: EntityIdSchema })),
  cursor: z.string().nullable(),
});

/**
 * The one entity that is meant: `device/north:pump-3`, `north:pump-3` or just `pump-3`.
 * @throws InvalidInputError `ERR_ENTITY_UNKNOWN`, `ERR_ENTITY_AMBIGUOUS`
 */
export async function findEntity(api: ApiClient, text: string): Promise<EntityRef> {
  if (text.includes('/')) return parseRef(text);
  const found = (await listEntities(api)).filter(({ id }) => id === text || id.endsWith(`:${text}`));
  const [only] = found;
  if (only === undefined) throw new InvalidInputError('ERR_ENTITY_UNKNOWN', `nothing here is called ${text}`);
  if (found.length > 1)
    throw new InvalidInputError(
      'ERR_ENTITY_AMBIGUOUS',
      `${text} can be ${found.map(({ kind, id }) => `${kind}/${id}`).join(' or ')}`,
    );
  return { kind: only.kind, id: only.id };
}

async function listEntities(api: ApiClient): Promise<EntityRef[]> {
  const entities: EntityRef[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = PageSchema.parse((await api.call({ method: 'GET', path: `/v1/entities?limit=200${query}` })).body);
    entities.push(...page.items);
    cursor = page.cursor;
  }
  return entities;
}
