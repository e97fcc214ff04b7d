/** A signed document of one schema: signature first, then shape. Nothing unsigned is ever parsed by a schema. */
import type { JSONWebKeySet } from 'jose';
import type * as z from 'zod';
import { failure, type Result, success } from '../result.ts';
import { type JwsFailure, openCompact } from './jws.ts';

export interface SignedDocument<T> {
  readonly document: T;
  /** SHA-256 of the signed bytes; equal to the canonical digest of the document. */
  readonly digest: string;
}

/** @returns the document, a failure of its signature, or `jws-payload` when what was signed is not of this schema */
export function openDocument<T>(
  token: string,
  keys: JSONWebKeySet,
  typ: string,
  schema: z.ZodType<T>,
): Result<SignedDocument<T>, JwsFailure | 'jws-payload'> {
  const opened = openCompact(token, keys, typ);
  if (!opened.ok) return opened;
  const parsed = schema.safeParse(opened.value.payload);
  if (!parsed.success) return failure('jws-payload', 'the signed document does not have the shape of its schema');
  return success({ document: parsed.data, digest: opened.value.digest });
}
