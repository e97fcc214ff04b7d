/** The policies of a site as people see them: what was shipped, and what was authored over it or beside it. */
import * as z from 'zod';
import { type Policy, PolicySchema } from '../../core/contracts/bundle.ts';
import { effectivePolicies } from '../../core/ledger/compile-bundle.ts';
import type { PolicyItem } from '../../core/ledger/ledger-write.ts';
import { validatePolicies } from '../../core/policy/validate-policies.ts';
import type { Versioned } from '../adapters/ports/site-content.ts';
import { Refusal } from './refusal.ts';

export const PolicyDocumentSchema = z.strictObject({
  ...PolicySchema.unwrap().shape,
  enabled: z.boolean(),
  source: z.enum(['shipped', 'authored']),
  /** 0: as shipped. */
  version: z.int().nonnegative(),
});
export type PolicyDocument = z.infer<typeof PolicyDocumentSchema>;

export type AuthoredPolicy = Extract<PolicyItem, { type: 'policy' }>;

export const authored = ({ value, version }: Versioned<AuthoredPolicy>): PolicyDocument => ({
  ...value.document,
  enabled: value.enabled,
  source: 'authored',
  version,
});

const asShipped = (policy: Policy): PolicyDocument => ({ ...policy, enabled: true, source: 'shipped', version: 0 });

/** In order of their ids. */
export function policyDocuments(
  shipped: readonly Policy[],
  items: readonly Versioned<AuthoredPolicy>[],
): readonly PolicyDocument[] {
  const byId = new Map(shipped.map((policy) => [policy.id, asShipped(policy)]));
  for (const item of items) byId.set(item.value.document.id, authored(item));
  return [...byId.values()].toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

/**
 * The set as it would be published with this policy in force: a policy is not stored that would keep a bundle from being
 * published, even while it is disabled.
 * @throws Refusal `ERR_POLICY_INVALID`
 */
export function demandValid(shipped: readonly Policy[], items: readonly AuthoredPolicy[], policy: Policy): void {
  const others = items.filter(({ document }) => document.id !== policy.id);
  const item: AuthoredPolicy = { type: 'policy', document: policy, enabled: true };
  const { valid, issues } = validatePolicies(effectivePolicies(shipped, [...others, item]));
  if (valid) return;
  const errors = issues.map(({ policyId, code, line, message }) => ({
    path: line === null ? policyId : `${policyId}:${line}`,
    message: `${code}: ${message}`,
  }));
  throw new Refusal(422, 'ERR_POLICY_INVALID', 'the policies would not be valid with this one', errors);
}
