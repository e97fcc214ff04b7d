/** Judges a situation: criteria first, then the policies of the site. The one place where a decision comes from. */
import type { Obligation, StepUp } from '../contracts/access.ts';
import { cedarUid, uidKey } from '../policy/cedar-entities.ts';
import type { CompiledPolicy } from '../policy/compile-policies.ts';
import { mergeObligations } from '../policy/obligations.ts';
import { type AttributeNames, joinReads } from '../policy/policy-reads.ts';
import type { SideConstraint } from '../policy/policy-scope.ts';
import { type PolicySlice, PolicySlices } from '../policy/policy-slices.ts';
import type { CedarAnswer } from '../policy/preparsed-policy-set.ts';
import { cedarRequest, type Participants, participantsOf, sideOf } from './cedar-request.ts';
import { DECISION_FAULT, unmetCriteria } from './criteria/criteria.ts';
import { CONFIRMATION_REQUIRED } from './criteria/freshness.ts';
import type { Situation } from './situation.ts';
import { stepUpFor } from './step-up.ts';

export interface Verdict {
  readonly allowed: boolean;
  /** Why not, in a stable order; empty when allowed. */
  readonly reasons: readonly string[];
  /** Ids of the policies that determined the verdict. */
  readonly policies: readonly string[];
  readonly obligations: readonly Obligation[];
  readonly stepUp: StepUp | null;
}

/** No policy permits, and none forbids. */
const NO_POLICY_PERMITS = 'no-policy-permits';
/** Permitted to the same person better or later authenticated. */
const AUTHENTICATION_INSUFFICIENT = 'authentication-insufficient';
/** A policy could not be evaluated: what it would have forbidden is not known, so nothing is allowed. */
const POLICY_FAULT = 'policy-fault';

export class Evaluator {
  readonly #slices: PolicySlices;
  readonly #reads: AttributeNames;
  readonly #byId: ReadonlyMap<string, CompiledPolicy>;

  constructor(policies: readonly CompiledPolicy[]) {
    this.#slices = new PolicySlices(policies);
    this.#reads = joinReads(policies.map(({ reads }) => reads));
    this.#byId = new Map(policies.map((policy) => [policy.id, policy]));
  }

  /** Whether any policy reads an attribute of this name: what none reads need not be kept apart. */
  reads(name: string): boolean {
    return this.#reads === null || this.#reads.has(name);
  }

  /** The roles that policies of this site speak of. */
  get roles(): string[] {
    return [...new Set([...this.#byId.values()].map(({ principal }) => roleOf(principal)))].filter(
      (role) => role !== null,
    );
  }

  /** @throws what Cedar throws; the decider turns it into a denial */
  judge(situation: Situation): Verdict {
    const unmet = this.unmet(situation);
    if (unmet.some((reason) => reason !== CONFIRMATION_REQUIRED)) return denial(unmet);
    const verdict = this.judgePolicies(situation);
    if (verdict.allowed) return unmet.length === 0 ? verdict : denial(unmet);
    const stepUp = stepUpFor(situation, (changed) => this.judgePolicies(changed).allowed);
    if (stepUp === null) return { ...verdict, reasons: [...unmet, ...verdict.reasons] };
    return { ...verdict, reasons: [...unmet, AUTHENTICATION_INSUFFICIENT], stepUp };
  }

  /** Whether nothing stands against it. Cheaper than a verdict: no step-up is sought. */
  permits(situation: Situation): boolean {
    return this.unmet(situation).length === 0 && this.judgePolicies(situation).allowed;
  }

  /** Criteria that are not met, whatever policies say. */
  unmet(situation: Situation): readonly string[] {
    return unmetCriteria(situation);
  }

  /** What policies alone say. */
  judgePolicies(situation: Situation): Verdict {
    const asked = this.slice(situation);
    if (asked === null) return denial([DECISION_FAULT]);
    const { slice, participants } = asked;
    if (slice.policies.length === 0) return denial([NO_POLICY_PERMITS]);
    const answer = slice.authorize(cedarRequest(situation, participants, slice.reads));
    return this.#verdict(answer);
  }

  /** The policies that can matter to a situation, or null while someone in it is not known. */
  slice(situation: Situation): { readonly slice: PolicySlice; readonly participants: Participants } | null {
    const participants = participantsOf(situation);
    if (participants === null) return null;
    const { action, principal, resource } = participants;
    return { slice: this.#slices.select(sideOf(principal), action, sideOf(resource)), participants };
  }

  #verdict({ allowed, determining, failed }: CedarAnswer): Verdict {
    if (failed.length > 0) return { ...denial([POLICY_FAULT]), policies: failed };
    const policies = determining.map((id) => this.#byId.get(id)).filter((policy) => policy !== undefined);
    if (!allowed) {
      const reasons = policies.length === 0 ? [NO_POLICY_PERMITS] : [...new Set(policies.map(({ reason }) => reason))];
      return { ...denial(reasons), policies: determining };
    }
    const obligations = mergeObligations(policies.map((policy) => policy.obligations));
    return { allowed: true, reasons: [], policies: determining, obligations, stepUp: null };
  }

  /** Lets go of everything the evaluator holds for these policies. */
  release(): void {
    this.#slices.release();
  }
}

const ROLE_KEY = uidKey(cedarUid('Role', ''));

const roleOf = ({ within }: SideConstraint): string | null =>
  within?.startsWith(ROLE_KEY) === true ? within.slice(ROLE_KEY.length) : null;

const denial = (reasons: readonly string[]): Verdict => ({
  allowed: false,
  reasons,
  policies: [],
  obligations: [],
  stepUp: null,
});
