/**
 * Slicing: of all policies of a site, those whose scope can hold for this request. The evaluator's cost grows with the
 * number of policies it is given, and a policy whose scope does not hold cannot matter.
 */
import type { ActionDefinition } from './actions/action-table.ts';
import type { CompiledPolicy } from './compile-policies.ts';
import { type AttributeNames, joinReads } from './policy-reads.ts';
import { actionMatches, isParticular, type Side, sideMatches, typeMatches } from './policy-scope.ts';
import { type CedarAnswer, type CedarRequest, PreparsedPolicySet } from './preparsed-policy-set.ts';

/** Distinct slices held at once; the one unused for longest gives way. Sites have tens, not hundreds. */
const MAX_SLICES = 256;

export class PolicySlice {
  readonly policies: readonly CompiledPolicy[];
  readonly reads: AttributeNames;
  #preparsed: PreparsedPolicySet | null = null;

  constructor(policies: readonly CompiledPolicy[]) {
    this.policies = policies;
    this.reads = joinReads(policies.map(({ reads }) => reads));
  }

  authorize(request: CedarRequest): CedarAnswer {
    this.#preparsed ??= new PreparsedPolicySet(this.policies);
    return this.#preparsed.authorize(request);
  }

  release(): void {
    this.#preparsed?.release();
    this.#preparsed = null;
  }
}

/** Policies that fit the types and the verb, and whether some of them name a particular entity. */
interface Candidates {
  readonly policies: readonly CompiledPolicy[];
  readonly particular: boolean;
}

export class PolicySlices {
  readonly #policies: readonly CompiledPolicy[];
  readonly #candidates = new Map<string, Candidates>();
  readonly #slices = new Map<string, PolicySlice>();

  constructor(policies: readonly CompiledPolicy[]) {
    this.#policies = policies;
  }

  /** The slice for one request. Holds for every request with the same sides and action. */
  select(principal: Side, action: ActionDefinition, resource: Side): PolicySlice {
    const candidates = this.#candidatesFor(principal.type, action, resource.type);
    const policies = candidates.particular
      ? candidates.policies.filter(
          (policy) => sideMatches(policy.principal, principal) && sideMatches(policy.resource, resource),
        )
      : candidates.policies;
    const key = JSON.stringify(policies.map(({ id }) => id));
    const slice = this.#slices.get(key) ?? new PolicySlice(policies);
    this.#slices.delete(key);
    this.#slices.set(key, slice);
    this.#evict();
    return slice;
  }

  #candidatesFor(principalType: string, action: ActionDefinition, resourceType: string): Candidates {
    const key = `${principalType} ${action.verb} ${resourceType}`;
    const known = this.#candidates.get(key);
    if (known !== undefined) return known;
    const policies = this.#policies.filter(
      (policy) =>
        typeMatches(policy.principal, principalType) &&
        actionMatches(policy.actions, action) &&
        typeMatches(policy.resource, resourceType),
    );
    const particular = policies.some(({ principal, resource }) => isParticular(principal) || isParticular(resource));
    const candidates = { policies, particular };
    this.#candidates.set(key, candidates);
    return candidates;
  }

  #evict(): void {
    if (this.#slices.size <= MAX_SLICES) return;
    for (const [key, slice] of this.#slices) {
      slice.release();
      this.#slices.delete(key);
      return;
    }
  }

  /** Lets the evaluator forget every slice. */
  release(): void {
    for (const slice of this.#slices.values()) slice.release();
    this.#slices.clear();
  }
}
