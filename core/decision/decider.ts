/**
 * Decides accesses of one site: AuthZEN in, AuthZEN out, in process, from what the site view holds.
 *
 * `decide` never throws. Whatever goes wrong inside is a denial with the reason `decision-fault`.
 */
import type { AccessRequest, Decision } from '../contracts/access.ts';
import type { Policy } from '../contracts/bundle.ts';
import { type EntityRef, timestamp } from '../contracts/identifiers.ts';
import type { StateChange } from '../contracts/site-state.ts';
import { compilePolicies } from '../policy/compile-policies.ts';
import { DECISION_FAULT } from './criteria/criteria.ts';
import { DecisionMemo } from './decision-memo.ts';
import type { EnvironmentFacts } from './environment-facts.ts';
import { Evaluator, type Verdict } from './evaluator.ts';
import { counterfactualOf } from './explain.ts';
import { Horizon } from './horizon.ts';
import { type Dependency, PartyFinder } from './party.ts';
import { decisionKey, noteTimeChanges, type Reads, relevantFacts } from './relevant-facts.ts';
import type { SiteView } from './site-view.ts';
import { describeSituation, type Situation } from './situation.ts';
import { type TimeBand, timeBandOf } from './time-band.ts';

export interface Decider {
  /** Remembers what it decided for as long as nothing it rests on has changed. Never throws. */
  decide(request: AccessRequest, environment: EnvironmentFacts): Decision;
  /** The same decision without memory, and for a denial the failing clause and the smallest change. Costs milliseconds. */
  explain(request: AccessRequest, environment: EnvironmentFacts): Decision;
  /** Makes room in the memory at once. Decisions are right without it. */
  onStateChanged(changed: readonly (EntityRef | StateChange)[]): void;
  /** Why every access is denied (`policy-set-invalid`), or null when policies can be evaluated. */
  readonly fault: string | null;
  /** Lets the evaluator forget this site's policies. A closed decider denies. */
  close(): void;
}

const CLOSED = 'decider-closed';

interface Judged {
  readonly verdict: Verdict;
  readonly situation: Situation;
  readonly dependencies: readonly Dependency[];
  readonly untilMs: number;
}

/** For tests that prove the memory equal to the evaluator. */
export interface DeciderOptions {
  readonly remember?: boolean;
}

/** @throws RangeError when the view names a time zone that no calendar knows */
export function createDecider(view: SiteView, options: DeciderOptions = {}): Decider {
  return new SiteDecider(view, options.remember ?? true);
}

class SiteDecider implements Decider {
  readonly #view: SiteView;
  readonly #remember: boolean;
  readonly #memo: DecisionMemo;
  readonly #bandAt: (nowMs: number) => TimeBand;
  #policies: readonly Policy[] | null = null;
  #evaluator: Evaluator | null = null;
  #fault: string | null = null;

  constructor(view: SiteView, remember: boolean) {
    this.#view = view;
    this.#remember = remember;
    this.#memo = new DecisionMemo(view);
    this.#bandAt = timeBandOf(view.timeZone);
    this.#load();
  }

  get fault(): string | null {
    return this.#fault;
  }

  decide(request: AccessRequest, environment: EnvironmentFacts): Decision {
    try {
      this.#load();
      const facts = relevantFacts(request, environment, this.#reads);
      if (!this.#remember) return this.#decision(this.#judge(request, facts));
      const { nowMs } = facts;
      const key = decisionKey(request, facts, this.#bandAt(nowMs));
      const held = this.#memo.find(key, nowMs);
      if (held !== undefined) return held;
      const judged = this.#judge(request, facts);
      const decision = this.#decision(judged);
      this.#memo.store(key, { decision, dependencies: judged.dependencies, madeAtMs: nowMs, untilMs: judged.untilMs });
      return decision;
    } catch {
      return this.#denied(DECISION_FAULT);
    }
  }

  explain(request: AccessRequest, environment: EnvironmentFacts): Decision {
    try {
      this.#load();
      const judged = this.#judge(request, relevantFacts(request, environment, this.#reads));
      const decision = this.#decision(judged);
      if (decision.decision || this.#evaluator === null) return decision;
      const counterfactual = counterfactualOf(judged.situation, judged.verdict, this.#evaluator);
      return { ...decision, context: { ...decision.context, counterfactual } };
    } catch {
      return this.#denied(DECISION_FAULT);
    }
  }

  onStateChanged(changed: readonly (EntityRef | StateChange)[]): void {
    for (const change of changed) {
      if (!('op' in change)) this.#memo.forget(change);
      else if (change.op === 'put-subject') this.#memo.forget(change.subject.ref);
      else if (change.op === 'remove-subject') this.#memo.forget(change.ref);
      else if (change.op === 'withdraw') this.#memo.clear();
    }
  }

  close(): void {
    this.#memo.clear();
    this.#evaluator?.release();
    this.#evaluator = null;
    this.#fault = CLOSED;
  }

  /** Policies are read again when one was withdrawn. */
  #load(): void {
    if (this.#fault === CLOSED || this.#policies === this.#view.policies) return;
    this.#policies = this.#view.policies;
    this.#memo.clear();
    this.#evaluator?.release();
    const compiled = compilePolicies(this.#policies);
    this.#evaluator = compiled.ok ? new Evaluator(compiled.value) : null;
    this.#fault = compiled.ok ? null : compiled.code;
  }

  readonly #reads: Reads = (name) => this.#evaluator?.reads(name) ?? true;

  #judge(request: AccessRequest, facts: EnvironmentFacts): Judged {
    const { nowMs } = facts;
    const horizon = new Horizon(nowMs);
    const finder = new PartyFinder(this.#view, nowMs, horizon);
    const timeBand = this.#bandAt(nowMs);
    const situation = describeSituation(request, facts, { view: this.#view, finder, timeBand });
    noteTimeChanges(facts, this.#reads, horizon);
    horizon.changesAt(this.#view.bundleExpiresAtMs);
    const verdict = this.#evaluator?.judge(situation) ?? refusal(this.#fault ?? DECISION_FAULT);
    return { verdict, situation, dependencies: finder.dependencies, untilMs: horizon.untilMs };
  }

  #decision({ verdict, untilMs }: Judged): Decision {
    const context: Decision['context'] = {
      reasons: [...verdict.reasons],
      obligations: [...verdict.obligations],
      policies: [...verdict.policies],
      ...(verdict.stepUp === null ? {} : { stepUp: verdict.stepUp }),
      bundleVersion: this.#view.bundleVersion,
      ...(Number.isFinite(untilMs) ? { validUntil: timestamp(untilMs) } : {}),
    };
    // Remembered decisions are handed to many: nobody changes one for the others.
    for (const part of [context.reasons, context.obligations, context.policies]) Object.freeze(part);
    return { decision: verdict.allowed, context: Object.freeze(context) };
  }

  #denied(reason: string): Decision {
    const bundleVersion = this.#view.bundleVersion;
    return { decision: false, context: { reasons: [reason], obligations: [], policies: [], bundleVersion } };
  }
}

const refusal = (reason: string): Verdict => ({
  allowed: false,
  reasons: [reason],
  policies: [],
  obligations: [],
  stepUp: null,
});
