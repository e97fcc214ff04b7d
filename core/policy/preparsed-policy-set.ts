/**
 * A policy set that the evaluator has read once and keeps. Parsing costs a hundred times an evaluation.
 *
 * The evaluator's cache is one per process, keyed by name, and forgets nothing by itself. Names are therefore handed out
 * here, and on release the name's content is replaced by nothing and the name used again: what is held is bounded by
 * what is in use, whatever number of bundles a gateway sees in its life.
 */
import {
  type PolicyJson,
  preparsePolicySet,
  type StatefulAuthorizationCall,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import { VitalgateError } from '../errors.ts';

export type CedarRequest = Omit<StatefulAuthorizationCall, 'preparsedPolicySetId'>;

export interface CedarAnswer {
  readonly allowed: boolean;
  /** Policies that determined the answer, in the order of their ids. */
  readonly determining: readonly string[];
  /** Policies that could not be evaluated: the answer must then not be used. */
  readonly failed: readonly string[];
}

const byText = (left: string, right: string): number => (left < right ? -1 : 1);

const freeNames: string[] = [];
let namesGiven = 0;

export class PreparsedPolicySet {
  /** `null` once released. */
  #name: string | null;

  /** @throws VitalgateError `ERR_POLICY_SET_INVALID` when the evaluator cannot read a policy */
  constructor(policies: readonly { readonly id: string; readonly cedar: string | PolicyJson }[]) {
    const name = freeNames.pop() ?? `vitalgate-${++namesGiven}`;
    const answer = preparsePolicySet(name, {
      staticPolicies: Object.fromEntries(policies.map(({ id, cedar }) => [id, cedar])),
    });
    if (answer.type === 'failure') {
      freeNames.push(name);
      throw new VitalgateError('ERR_POLICY_SET_INVALID', 'a policy cannot be read', { cause: answer.errors });
    }
    this.#name = name;
  }

  /** @throws VitalgateError `ERR_POLICY_EVALUATION` when the evaluator refuses the request itself */
  authorize(request: CedarRequest): CedarAnswer {
    if (this.#name === null) throw new VitalgateError('ERR_POLICY_SET_RELEASED', 'this policy set is no longer held');
    const answer = statefulIsAuthorized({ ...request, preparsedPolicySetId: this.#name });
    if (answer.type === 'failure') {
      throw new VitalgateError('ERR_POLICY_EVALUATION', 'the request cannot be evaluated', { cause: answer.errors });
    }
    const { decision, diagnostics } = answer.response;
    return {
      allowed: decision === 'allow',
      determining: diagnostics.reason.toSorted(byText),
      failed: diagnostics.errors.map(({ policyId }) => policyId).toSorted(byText),
    };
  }

  /** Lets the evaluator forget the set. Releasing twice is harmless. */
  release(): void {
    if (this.#name === null) return;
    preparsePolicySet(this.#name, { staticPolicies: {} });
    freeNames.push(this.#name);
    this.#name = null;
  }
}
