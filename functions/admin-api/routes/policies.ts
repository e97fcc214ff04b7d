/** Policies: read, authored, disabled, deleted. What is not valid is not stored; what ends, ends at once. */
import * as z from 'zod';
import { PolicySchema } from '../../../core/contracts/bundle.ts';
import type { Caller } from '../../http/caller.ts';
import {
  authored,
  demandValid,
  type PolicyDocument,
  PolicyDocumentSchema,
  policyDocuments,
} from '../authored-policies.ts';
import { commitChange } from '../commit-change.ts';
import { pageByName } from '../page-by-name.ts';
import type { AdminParts } from '../parts.ts';
import { allItems, deleteItem, findItem, itemExists, itemUnknown, putItem } from '../policy-items.ts';
import { expectVersion, expectVersionOrNew } from '../preconditions.ts';
import { Refusal } from '../refusal.ts';
import { type Mount, route } from '../route.ts';
import { listOf, PageQuerySchema } from '../schemas.ts';

const ONE = '/v1/policies/{id}';
/** As policy validation demands of ids; whatever else is asked for cannot exist. */
const ParamsSchema = z.strictObject({ id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,127}$/) });
const BodySchema = z.strictObject({ cedar: PolicySchema.unwrap().shape.cedar, enabled: z.boolean().default(true) });

export const policyRoutes = (parts: AdminParts): readonly Mount[] => [
  route({
    method: 'get',
    path: '/v1/policies',
    operation: 'policies.read',
    summary: 'Lists policies, shipped and authored',
    query: PageQuerySchema,
    answers: { status: 200, schema: listOf(PolicyDocumentSchema) },
    handle: async ({ caller, query }) => {
      const all = policyDocuments(parts.shippedPolicies, await allItems(parts.content, caller, 'policy'));
      return { status: 200, body: pageByName(all, query) };
    },
  }),
  route({
    method: 'get',
    path: ONE,
    operation: 'policies.read',
    summary: 'Reads a policy',
    params: ParamsSchema,
    answers: { status: 200, schema: PolicyDocumentSchema },
    handle: async ({ caller, params }) => {
      const policy = await find(parts, caller, params.id);
      if (policy === undefined) throw itemUnknown();
      return { status: 200, body: policy, version: policy.version };
    },
  }),
  route({
    method: 'put',
    path: ONE,
    operation: 'policies.write',
    summary: 'Writes a policy, if the set stays valid with it',
    params: ParamsSchema,
    body: BodySchema,
    answers: { status: 200, schema: PolicyDocumentSchema },
    handle: async ({ caller, params: { id }, body: { cedar, enabled }, preconditions }) => {
      const document = { id, cedar };
      const version = await commitChange(parts, caller.site, async () => {
        const items = await allItems(parts.content, caller, 'policy');
        const current = items.find(({ value }) => value.document.id === id);
        const expectedVersion = expectVersionOrNew(preconditions, current?.version ?? 0, itemExists());
        demandValid(
          parts.shippedPolicies,
          items.map(({ value }) => value),
          document,
        );
        const withdraw = !enabled && inForce(await find(parts, caller, id)) ? withdrawal(id) : undefined;
        const story = { details: { enabled } };
        return putItem(caller, { type: 'policy', document, enabled }, { expectedVersion, withdraw, story });
      });
      const value = { type: 'policy', document, enabled } as const;
      return { status: 200, body: authored({ value, version }), version };
    },
  }),
  route({
    method: 'delete',
    path: ONE,
    operation: 'policies.write',
    summary: 'Deletes an authored policy',
    params: ParamsSchema,
    answers: { status: 204 },
    handle: async ({ caller, params: { id }, preconditions }) => {
      await commitChange(parts, caller.site, async () => {
        const policy = await find(parts, caller, id);
        if (policy === undefined) throw itemUnknown();
        if (policy.source === 'shipped') {
          throw new Refusal(409, 'ERR_POLICY_SHIPPED', 'it came with the release: disable it instead');
        }
        const withdraw = inForce(policy) ? withdrawal(id) : undefined;
        return deleteItem(caller, 'policy', id, {
          expectedVersion: expectVersion(preconditions, policy.version),
          withdraw,
        });
      });
      return { status: 204 };
    },
  }),
];

async function find(parts: AdminParts, caller: Caller, id: string): Promise<PolicyDocument | undefined> {
  const item = await findItem(parts.content, caller, 'policy', id);
  const shipped = parts.shippedPolicies.filter((policy) => policy.id === id);
  return policyDocuments(shipped, item === undefined ? [] : [item]).at(0);
}

const inForce = (policy: PolicyDocument | undefined): boolean => policy?.enabled === true;

const withdrawal = (id: string) => ({ kind: 'policy', id }) as const;
