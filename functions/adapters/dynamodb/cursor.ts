/** Where the next page begins, as callers see it: opaque, and only ever a place in the list it was given for. */
import * as z from 'zod';
import { InvalidInputError } from '../../../core/errors.ts';

const CursorSchema = z.record(z.string(), z.string());

export const writeCursor = (key: Record<string, unknown>): string =>
  Buffer.from(JSON.stringify(key), 'utf8').toString('base64url');

/** @throws InvalidInputError `ERR_CURSOR` for one that was not given for this list */
export function readCursor(cursor: string, pk: string, prefix: string): Record<string, string> {
  try {
    const key = CursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    if (key['pk'] === pk && key['sk']?.startsWith(prefix) === true) return key;
  } catch {
    // Falls through: whatever is wrong with it, it is the caller's.
  }
  throw new InvalidInputError('ERR_CURSOR', 'the cursor does not belong to this list');
}
