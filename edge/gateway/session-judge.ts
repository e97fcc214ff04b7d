/**
 * Judges open sessions again, on every change and at every deadline, and carries the judgement out in the same turn.
 * There is no other sweep: what a change can touch is looked up, and what time can touch has a deadline.
 */
import type { Verb } from '../../core/contracts/identifiers.ts';
import type { FreshnessBand } from '../../core/contracts/levels.ts';
import { actionOf } from '../../core/policy/actions/action-table.ts';
import { affectedSessions, endedSessions } from '../../core/session/affected-sessions.ts';
import { judgeSession, type SessionJudgement } from '../../core/session/judge-session.ts';
import type { Session } from '../../core/session/session.ts';
import { doorRefusals } from '../decision/door-rules.ts';
import { accessRequest, environmentFacts } from './environment.ts';
import type { LiveSession } from './live-session.ts';
import type { PeerIdentities } from './peer-identity.ts';
import type { SessionCause, SessionTable } from './session-table.ts';
import type { SiteChange, SiteReplica } from './site-replica.ts';

export type LiveJudgement = Pick<SessionJudgement, 'action' | 'reasons' | 'protection' | 'deadlineMs'> & {
  readonly policies?: readonly string[];
};

/** However far the next deadline is, the band of the freshness matrix is looked at this often. */
const MAX_WAIT_MS = 1000;

export class SessionJudge {
  readonly #replica: SiteReplica;
  readonly #sessions: SessionTable;
  readonly #identities: PeerIdentities;
  readonly #onFreshness: (band: FreshnessBand, before: FreshnessBand) => void;
  #band: FreshnessBand;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    replica: SiteReplica,
    sessions: SessionTable,
    identities: PeerIdentities,
    onFreshness: (band: FreshnessBand, before: FreshnessBand) => void,
  ) {
    this.#replica = replica;
    this.#sessions = sessions;
    this.#identities = identities;
    this.#onFreshness = onFreshness;
    this.#band = replica.freshness(replica.clock.nowMs());
    replica.onChange((change) => this.#onChange(change));
    this.#wait();
  }

  /** One session, now. */
  judge(live: LiveSession): LiveJudgement {
    const replica = this.#replica;
    const { view, decider } = replica;
    const record = this.#sessions.registry.get(live.record.id) ?? live.record;
    if (view === null || decider === null) return refused(['bundle-missing'], replica.clock.nowMs());
    if (live.purpose !== 'access') return this.#judgeDoor(live, record);
    const environment = environmentFacts(replica, 'connection', record.openedAtMs);
    const connection = judgeSession({ session: record, decider, view, environment });
    const policies = connection.decision.context.policies;
    if (connection.action === 'cut' || live.activeVerbs.size === 0) return { ...connection, policies };
    const uses = [...live.activeVerbs.keys()].map((verb) => this.#judgeUse(record, verb));
    const worst = uses.find(({ action }) => action === 'cut') ?? uses.find(({ action }) => action === 'alarm');
    const deadlineMs = Math.min(connection.deadlineMs, ...uses.map((use) => use.deadlineMs));
    return { ...(connection.action === 'keep' && worst ? worst : connection), deadlineMs, policies };
  }

  /** A new request inside an open session. Null when there is nothing to judge by. */
  judgeVerb(live: LiveSession, verb: Verb): SessionJudgement | null {
    const { view, decider } = this.#replica;
    const record = this.#sessions.registry.get(live.record.id) ?? live.record;
    if (view === null || decider === null) return null;
    const judgement = this.#judgeUse(record, verb);
    if (judgement.action !== 'keep' || actionOf(verb)?.groups.has('privileged') !== true) return judgement;
    // What is privileged is new each time it is asked for, however old the connection is that it comes over.
    const environment = { ...environmentFacts(this.#replica, 'use', record.openedAtMs), established: false };
    const decision = decider.decide(accessRequest(record.subject, verb, record.object), environment);
    return decision.decision ? judgement : { ...judgement, action: 'cut', reasons: decision.context.reasons, decision };
  }

  /** Carries out a judgement. @returns whether the session runs on */
  enforce(live: LiveSession, judgement: LiveJudgement, cause: SessionCause): boolean {
    if (judgement.action === 'cut') {
      this.#sessions.cut(live, judgement.reasons, cause);
      return false;
    }
    if (judgement.action === 'alarm' && judgement.protection !== null)
      this.#sessions.alarm(live, judgement.reasons, judgement.protection, cause);
    else if (judgement.action === 'keep') live.alarmedFor = null;
    this.#sessions.registry.renew(live.record.id, renewal(this.#sessions, live, judgement));
    this.#wait();
    return true;
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #onChange(change: SiteChange): void {
    const { view } = this.#replica;
    const cause: SessionCause = { cause: change.cause, arrivedMs: change.arrivedMs };
    const { registry } = this.#sessions;
    if (change.changes === 'everything' || view === null) this.#rejudge(registry.all(), cause);
    else {
      for (const id of endedSessions(change.changes)) {
        const live = this.#sessions.get(id);
        if (live !== undefined) this.#sessions.cut(live, ['session-ended'], cause);
      }
      const touched = new Set(affectedSessions(registry, change.changes, view));
      for (const ref of change.refs) for (const session of registry.byEntity(ref)) touched.add(session);
      this.#rejudge([...touched], cause);
    }
    this.#followFreshness();
  }

  #rejudge(records: readonly Session[], cause: SessionCause): void {
    for (const { id } of records) {
      const live = this.#sessions.get(id);
      if (live !== undefined && !live.ended) this.enforce(live, this.judge(live), cause);
    }
  }

  #judgeUse(record: Session, verb: Verb): SessionJudgement {
    const { view, decider } = this.#replica;
    if (view === null || decider === null) throw new RangeError('judging needs a bundle');
    const environment = environmentFacts(this.#replica, 'use', record.openedAtMs);
    return judgeSession({ session: { ...record, verb }, decider, view, environment });
  }

  #judgeDoor(live: LiveSession, record: Session): LiveJudgement {
    const { view, clock } = this.#replica;
    const nowMs = clock.nowMs();
    if (view === null || live.purpose === 'access') return refused(['bundle-missing'], nowMs);
    const bearer = this.#replica.state.bearer(record.thumbprint);
    const notAfterMs = bearer === undefined ? nowMs : Date.parse(bearer.certificate.notAfter);
    const identity = { ref: record.subject, thumbprint: record.thumbprint, serial: '', notBeforeMs: 0, notAfterMs };
    const standing = this.#identities.standing(identity, nowMs);
    const reasons = [...(standing === null ? [] : [standing]), ...doorRefusals(live.purpose, record.subject, view)];
    if (reasons.length > 0) return refused(reasons, nowMs);
    return { action: 'keep', reasons: [], protection: null, deadlineMs: notAfterMs };
  }

  #onTimer(): void {
    this.#timer = null;
    this.#followFreshness();
    const due = this.#sessions.registry.due(this.#replica.clock.nowMs());
    this.#rejudge(due, { cause: 'deadline', arrivedMs: null });
    this.#wait();
  }

  #followFreshness(): void {
    const band = this.#replica.freshness(this.#replica.clock.nowMs());
    if (band === this.#band) return;
    const before = this.#band;
    this.#band = band;
    this.#onFreshness(band, before);
    this.#rejudge(this.#sessions.registry.all(), { cause: 'freshness-changed', arrivedMs: null });
  }

  /** One timer for the earliest deadline. */
  #wait(): void {
    if (this.#timer !== null) return;
    const next = this.#sessions.registry.nextDeadlineMs() ?? Number.POSITIVE_INFINITY;
    const wait = Math.min(MAX_WAIT_MS, Math.max(1, next - this.#replica.clock.nowMs()));
    this.#timer = setTimeout(() => this.#onTimer(), wait);
    this.#timer.unref();
  }
}

const refused = (reasons: readonly string[], nowMs: number): LiveJudgement => ({
  action: 'cut',
  reasons,
  protection: null,
  deadlineMs: nowMs,
});

/** Indexes are rebuilt only when the policies that permit the session are others than before. */
function renewal(sessions: SessionTable, live: LiveSession, { deadlineMs, policies }: LiveJudgement) {
  const held = sessions.registry.get(live.record.id)?.policies ?? [];
  const same =
    policies === undefined || (policies.length === held.length && policies.every((one, index) => one === held[index]));
  return same ? { deadlineMs } : { deadlineMs, policies };
}
