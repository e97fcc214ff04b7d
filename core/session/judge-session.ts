/**
 * Judges an open session again: it is kept, cut, or (protected) kept with an alarm for a person.
 *
 * A machine never cuts a protected session, whatever it learned; a person does, with `end-session`, or by withdrawing the
 * protection. Nothing else keeps a session that would not be allowed now.
 */
import type { Decision } from '../contracts/access.ts';
import type { EntityId, EntityRef } from '../contracts/identifiers.ts';
import type { CertificateStatus } from '../contracts/site-state.ts';
import { FRESHNESS_REASONS } from '../decision/criteria/freshness.ts';
import type { Decider } from '../decision/decider.ts';
import type { EnvironmentFacts } from '../decision/environment-facts.ts';
import { freshnessRule } from '../decision/freshness.ts';
import type { SiteView } from '../decision/site-view.ts';
import { type TrafficClass, trafficClass } from '../decision/traffic-class.ts';
import { actionOf } from '../policy/actions/action-table.ts';
import { protectionOf } from './protection.ts';
import type { Session } from './session.ts';
import { sessionEndMs } from './session-limit.ts';

export interface SessionJudgement {
  readonly action: 'keep' | 'cut' | 'alarm';
  /** Why it would be cut; empty when it would be allowed as it is. */
  readonly reasons: readonly string[];
  /** The protection that holds it. */
  readonly protection: EntityId | null;
  /** Judge again no later than this; now, when it is cut. Infinite when only an event can change the judgement. */
  readonly deadlineMs: number;
  readonly decision: Decision;
}

export interface SessionCase {
  readonly session: Session;
  readonly decider: Decider;
  readonly view: SiteView;
  readonly environment: EnvironmentFacts;
}

export function judgeSession({ session, decider, view, environment }: SessionCase): SessionJudgement {
  const { nowMs } = environment;
  const decision = decider.decide(requestOf(session), { ...environment, ...factsOf(session) });
  const traffic = trafficOf(session, view);
  const certificate = certificateOf(session, view);
  const endMs = sessionEndMs(session.openedAtMs, decision.context.obligations, traffic);
  const reasons = [
    ...decision.context.reasons,
    ...certificateReasons(certificate, nowMs),
    ...(nowMs < endMs ? [] : ['session-limit']),
  ];
  const nextMs = earliest(nowMs, [endMs, millis(decision.context.validUntil), millis(certificate?.notAfter)]);
  if (decision.decision && reasons.length === 0)
    return { action: 'keep', reasons, protection: null, deadlineMs: nextMs, decision };

  const protection = protectionOf(session, view, nowMs);
  if (protection === null) return { action: 'cut', reasons, protection: null, deadlineMs: nowMs, decision };
  return {
    action: isOnlyStale(reasons, environment, traffic) ? 'keep' : 'alarm',
    reasons,
    protection: protection.id,
    deadlineMs: earliest(nowMs, [nextMs, millis(protection.expiresAt)]),
    decision,
  };
}

const requestOf = ({ subject, object, verb }: Session) => ({
  subject: { type: subject.kind, id: subject.id },
  action: { name: verb },
  resource: { type: object.kind, id: object.id },
});

const factsOf = ({ device, openedAtMs }: Session) => ({ device, established: true, sessionStartedAtMs: openedAtMs });

function trafficOf({ object, verb }: Session, view: SiteView): TrafficClass {
  const [entity, action] = [view.entity(object), actionOf(verb)];
  return entity === undefined || action === undefined ? 'business' : trafficClass(entity, action);
}

/** The certificate that was shown, as its holder's state has it now: a person's is that of the terminal, a child's may be its hub's. */
function certificateOf({ subject, device, thumbprint }: Session, view: SiteView): CertificateStatus | undefined {
  const shown = (ref: EntityRef): CertificateStatus | undefined =>
    view.state(ref)?.certificates.find((held) => held.thumbprint === thumbprint);
  const holder = subject.kind === 'user' ? device : subject;
  return holder === null ? undefined : (shown(holder) ?? shownByHub(holder, view, shown));
}

function shownByHub(
  ref: EntityRef,
  view: SiteView,
  shown: (hub: EntityRef) => CertificateStatus | undefined,
): CertificateStatus | undefined {
  const entity = view.entity(ref);
  return entity?.kind === 'device' && entity.behind !== null ? shown({ kind: 'device', id: entity.behind }) : undefined;
}

/** `certificate-unlisted`, `certificate-revoked`, `certificate-expired`: of this session, whatever else the holder has. */
function certificateReasons(certificate: CertificateStatus | undefined, nowMs: number): string[] {
  if (certificate === undefined) return ['certificate-unlisted'];
  if (certificate.status !== 'active') return ['certificate-revoked'];
  return nowMs < Date.parse(certificate.notAfter) ? [] : ['certificate-expired'];
}

/** Nothing is known against it; only what is known has grown old, and a protected session runs on. */
const isOnlyStale = (reasons: readonly string[], { freshness }: EnvironmentFacts, traffic: TrafficClass): boolean =>
  reasons.every((reason) => FRESHNESS_REASONS.has(reason)) && freshnessRule(freshness, traffic, 'protected') === 'run';

const millis = (at: string | undefined): number => (at === undefined ? Number.POSITIVE_INFINITY : Date.parse(at));

/** The first of these moments that is still to come. */
const earliest = (nowMs: number, moments: readonly number[]): number =>
  Math.min(...moments.filter((atMs) => atMs > nowMs));
