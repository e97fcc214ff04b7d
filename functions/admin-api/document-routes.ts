/** Lists, reads and conditional writes of plain documents of the policy table: one form for all that need no more. */
import type * as z from 'zod';
import type { PolicyItem } from '../../core/ledger/ledger-write.ts';
import { policyItemId } from '../../core/ledger/ledger-write.ts';
import { commitChange } from './commit-change.ts';
import type { AdminParts } from './parts.ts';
import { deleteItem, findItem, getItem, itemExists, pageItems, putItem } from './policy-items.ts';
import { expectVersion, expectVersionOrNew } from './preconditions.ts';
import type { Operation } from './roles.ts';
import { type Mount, type RouteSpec, route } from './route.ts';
import { listOf, PageQuerySchema, versioned } from './schemas.ts';

export type DocumentType = 'reference' | 'indicator' | 'narrowed';

export interface DocumentKind<Params, Body> {
  readonly type: DocumentType;
  readonly path: `/v1/${string}`;
  readonly itemPath: `/v1/${string}`;
  /** For summaries. */
  readonly name: string;
  readonly read: Operation;
  readonly write: Operation;
  readonly document: z.ZodType;
  readonly params?: z.ZodType<Params>;
  readonly body: z.ZodType<Body>;
  readonly itemOf: (params: Params, body: Body) => PolicyItem;
  /** Of one item; absent where the list is the only way to read. */
  readonly idOf?: (params: Params) => string;
}

type Shape<Params> = Pick<RouteSpec<Params, unknown, unknown>, 'path' | 'params'>;

const shape = <Params, Body>({ itemPath, params }: DocumentKind<Params, Body>): Shape<Params> => ({
  path: itemPath,
  ...(params === undefined ? {} : { params }),
});

export const listRoute = <Params, Body>(parts: AdminParts, kind: DocumentKind<Params, Body>): Mount =>
  route({
    method: 'get',
    path: kind.path,
    operation: kind.read,
    summary: `Lists ${kind.name}`,
    query: PageQuerySchema,
    answers: { status: 200, schema: listOf(versioned(kind.document)) },
    handle: async ({ caller, query }) => {
      const { items, cursor } = await pageItems(parts.content, caller, kind.type, query);
      const body = { items: items.map(({ value, version }) => ({ value: value.document, version })), cursor };
      return { status: 200, body };
    },
  });

export const readRoute = <Params, Body>(
  parts: AdminParts,
  kind: DocumentKind<Params, Body> & { readonly idOf: (params: Params) => string },
): Mount =>
  route<Params>({
    method: 'get',
    ...shape(kind),
    operation: kind.read,
    summary: `Reads ${kind.name}`,
    answers: { status: 200, schema: versioned(kind.document) },
    handle: async ({ caller, params }) => {
      const { value, version } = await getItem(parts.content, caller, kind.type, kind.idOf(params));
      return { status: 200, body: { value: value.document, version }, version };
    },
  });

export const putRoute = <Params, Body>(parts: AdminParts, kind: DocumentKind<Params, Body>): Mount =>
  route<Params, unknown, Body>({
    method: 'put',
    ...shape(kind),
    operation: kind.write,
    summary: `Writes ${kind.name}`,
    body: kind.body,
    answers: { status: 200, schema: versioned(kind.document) },
    handle: async ({ caller, params, body, preconditions }) => {
      const item = kind.itemOf(params, body);
      const version = await commitChange(parts, caller.site, async () => {
        const current = await findItem(parts.content, caller, kind.type, policyItemId(item));
        const expectedVersion = expectVersionOrNew(preconditions, current?.version ?? 0, itemExists());
        return putItem(caller, item, { expectedVersion });
      });
      return { status: 200, body: { value: item.document, version }, version };
    },
  });

export const deleteRoute = <Params, Body>(
  parts: AdminParts,
  kind: DocumentKind<Params, Body> & { readonly idOf: (params: Params) => string },
): Mount =>
  route<Params>({
    method: 'delete',
    ...shape(kind),
    operation: kind.write,
    summary: `Deletes ${kind.name}`,
    answers: { status: 204 },
    handle: async ({ caller, params, preconditions }) => {
      const id = kind.idOf(params);
      await commitChange(parts, caller.site, async () => {
        const { version } = await getItem(parts.content, caller, kind.type, id);
        return deleteItem(caller, kind.type, id, { expectedVersion: expectVersion(preconditions, version) });
      });
      return { status: 204 };
    },
  });
