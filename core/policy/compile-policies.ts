/** Turns authored policies into what a decision needs of them: scope, effect, annotations, attributes read. */
import { type PolicyJson, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Obligation } from '../contracts/access.ts';
import type { Policy } from '../contracts/bundle.ts';
import { CodeSchema } from '../contracts/identifiers.ts';
import { failure, type Result, success } from '../result.ts';
import { parseObligations } from './obligations.ts';
import { type AttributeNames, attributesRead } from './policy-reads.ts';
import { actionNames, type SideConstraint, sideConstraint } from './policy-scope.ts';

export interface CompiledPolicy {
  readonly id: string;
  readonly cedar: string;
  readonly json: PolicyJson;
  readonly effect: 'permit' | 'forbid';
  readonly principal: SideConstraint;
  readonly actions: ReadonlySet<string> | null;
  readonly resource: SideConstraint;
  readonly reads: AttributeNames;
  /** `@reason`: what a denial by this policy is called. A forbid that says none is called `policy-forbids`. */
  readonly reason: string;
  /** `@advice`: one sentence for a person on what would help. */
  readonly advice: string | null;
  readonly obligations: readonly Obligation[];
}

const DEFAULT_FORBID_REASON = 'policy-forbids';

/** Policies are values: when one is withdrawn from a set, the others need not be read again. */
const compiledBefore = new WeakMap<Policy, Result<CompiledPolicy, 'policy-set-invalid'>>();

/** @returns the policies ordered by id, or `policy-set-invalid` naming the first that cannot be read */
export function compilePolicies(policies: readonly Policy[]): Result<readonly CompiledPolicy[], 'policy-set-invalid'> {
  const compiled: CompiledPolicy[] = [];
  const seen = new Set<string>();
  for (const policy of policies) {
    if (seen.has(policy.id)) return failure('policy-set-invalid', `two policies are called ${policy.id}`);
    seen.add(policy.id);
    const one = compiledBefore.get(policy) ?? compilePolicy(policy);
    compiledBefore.set(policy, one);
    if (!one.ok) return one;
    compiled.push(one.value);
  }
  return success(compiled.sort((left, right) => (left.id < right.id ? -1 : 1)));
}

function compilePolicy({ id, cedar }: Policy): Result<CompiledPolicy, 'policy-set-invalid'> {
  const answer = policyToJson(cedar);
  if (answer.type === 'failure') {
    return failure('policy-set-invalid', `${id}: ${answer.errors[0]?.message ?? 'cannot be read'}`);
  }
  const { json } = answer;
  const reason = json.annotations?.['reason'] ?? DEFAULT_FORBID_REASON;
  if (!CodeSchema.safeParse(reason).success) return failure('policy-set-invalid', `${id}: @reason is not a code`);
  const obligation = json.annotations?.['obligation'];
  const obligations = obligation === undefined ? success([]) : parseObligations(obligation);
  if (!obligations.ok) return failure('policy-set-invalid', `${id}: ${obligations.message}`);
  return success({
    id,
    cedar,
    json,
    effect: json.effect,
    principal: sideConstraint(json.principal),
    actions: actionNames(json.action),
    resource: sideConstraint(json.resource),
    reads: attributesRead(json),
    reason,
    advice: json.annotations?.['advice'] ?? null,
    obligations: obligations.value,
  });
}
