/** Pages of a list that is held whole, in order of names: the cursor is the last name told. */
import { InvalidInputError } from '../../core/errors.ts';
import type { List } from './page-entities.ts';

const PREFIX = 'after:';

/** @throws InvalidInputError `ERR_CURSOR` */
export function pageByName<T extends { readonly id: string }>(
  all: readonly T[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): List<T> {
  const after = cursor === undefined ? '' : readName(cursor);
  const rest = all.filter(({ id }) => id > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const more = rest.length > items.length && last !== undefined;
  return { items, cursor: more ? Buffer.from(`${PREFIX}${last.id}`, 'utf8').toString('base64url') : null };
}

function readName(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!text.startsWith(PREFIX)) throw new InvalidInputError('ERR_CURSOR', 'the cursor does not belong to this list');
  return text.slice(PREFIX.length);
}
