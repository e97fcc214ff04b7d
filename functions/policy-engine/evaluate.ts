/** Answers one AuthZEN access request. A denial says which clause failed and the smallest change that would allow. */
import type { AccessRequest, Decision } from '../../core/contracts/access.ts';
import { environmentFromRequest } from '../../core/decision/environment-from-request.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Caller } from '../http/caller.ts';
import type { SiteEngine } from './site-engines.ts';

/** Those who ask about everybody: whoever enforces, administers or audits. */
const OVERSEEING_ROLES: ReadonlySet<string> = new Set([
  'policy-enforcement-point',
  'security-engineer',
  'biomedical-engineer',
  'clinical-owner',
  'auditor',
]);

export type EvaluationFailure = 'caller-may-not-ask' | 'context-malformed';

/** The state was read for this very request, at the ledger itself. */
const HEAD_AGE_SECONDS = 0;

export interface Asking {
  readonly caller: Caller;
  /** Undefined for a site that nothing has been published for. */
  readonly engine: SiteEngine | undefined;
  readonly nowMs: number;
}

/**
 * - `caller-may-not-ask`: about others only who oversees them; what is decided tells much about people and devices
 * - `context-malformed`: a listed member of `context` does not have its form
 */
export function evaluate(
  request: AccessRequest,
  { caller, engine, nowMs }: Asking,
): Result<Decision, EvaluationFailure> {
  if (!mayAsk(caller, request)) {
    return failure('caller-may-not-ask', 'without an overseeing role one may ask about oneself only');
  }
  if (engine === undefined) return success(denied('bundle-missing'));
  const { view, decider } = engine;
  const environment = environmentFromRequest(request, view, { nowMs, headAgeSeconds: HEAD_AGE_SECONDS });
  if (!environment.ok) return environment;
  const decision = decider.decide(request, environment.value);
  return success(decision.decision ? decision : decider.explain(request, environment.value));
}

const mayAsk = ({ roles, subject }: Caller, request: AccessRequest): boolean =>
  roles.some((role) => OVERSEEING_ROLES.has(role)) ||
  (request.subject.type === 'user' && request.subject.id === subject);

const denied = (reason: string): Decision => ({
  decision: false,
  context: { reasons: [reason], obligations: [], policies: [], bundleVersion: 0 },
});
