/** What a change of trust or state says: in the audit trail, on the bus, and to the broker. */
import type { Admission } from '../admission/judge-admission.ts';
import type { AuditEntry } from '../contracts/audit-record.ts';
import { type Code, type EntityRef, siteOf } from '../contracts/identifiers.ts';
import type { LifecycleState } from '../contracts/levels.ts';
import type { PostureAssessment } from '../posture/assessment.ts';
import type { BrokerEffect, BusEvent } from './ledger-intent.ts';
import type { SubjectRecord } from './subject-record.ts';

const QUARANTINE_PROPOSED: Code = 'quarantine-needs-person';
const LOWER_STATES: ReadonlySet<LifecycleState> = new Set(['restricted', 'quarantined', 'retired']);

export const subjectDetail = (ref: EntityRef): Record<string, string> => ({
  site: siteOf(ref.id),
  kind: ref.kind,
  id: ref.id,
});

export function postureAssessed(ref: EntityRef, assessment: PostureAssessment): AuditEntry {
  const { grade, findings, compromised } = assessment;
  return {
    event: 'posture-assessed',
    outcome: compromised ? 'alarm' : 'success',
    subject: ref,
    reasons: [...new Set(findings.map(({ code }) => code))],
    details: { grade, findings: findings.length, source: assessment.evidence.source },
  };
}

export const postureEvent = (ref: EntityRef, { grade, findings, compromised }: PostureAssessment): BusEvent => ({
  type: 'posture.assessed',
  detail: { ...subjectDetail(ref), grade, findings: findings.length, compromised },
});

/** Told when the level or what holds it down is another; a score that wanders inside a level is no news. */
export function trustChanged(before: SubjectRecord, after: SubjectRecord): readonly AuditEntry[] {
  const { trust } = after;
  if (trust === null || !trustMoved(before, after)) return [];
  return [
    {
      event: 'trust-changed',
      outcome: 'success',
      subject: after.ref,
      reasons: trust.reasons,
      details: {
        level: trust.level,
        previousLevel: before.trust?.level ?? null,
        score: trust.score,
        previousScore: before.trust?.score ?? null,
        digest: trust.digest,
      },
    },
  ];
}

function trustMoved(before: SubjectRecord, { trust }: SubjectRecord): boolean {
  if (before.trust === null || trust === null) return trust !== null;
  return before.trust.level !== trust.level || before.trust.unmetCriteria.join(' ') !== trust.unmetCriteria.join(' ');
}

/** One entry for every step, in order: the way is told, not only where it led. */
export function stateChanged(
  from: LifecycleState,
  path: readonly LifecycleState[],
  { ref }: SubjectRecord,
  reasons: readonly Code[],
): readonly AuditEntry[] {
  return path.map((to, index) => ({
    event: 'state-changed',
    outcome: to === 'quarantined' ? 'alarm' : 'success',
    subject: ref,
    reasons: [...reasons],
    details: { from: path[index - 1] ?? from, to },
  }));
}

/** A machine proposes, a person decides. Said once, when the reason is new. */
export function quarantineProposed(
  before: SubjectRecord,
  after: SubjectRecord,
  { propose, reasons }: Admission,
): readonly AuditEntry[] {
  const worse = (before.trust?.level ?? 4) > (after.trust?.level ?? 0) || before.state !== after.state;
  if (propose === undefined || !worse) return [];
  const told = reasons.includes(QUARANTINE_PROPOSED) ? reasons : [...reasons, QUARANTINE_PROPOSED];
  return [{ event: 'quarantine-proposed', outcome: 'alarm', subject: after.ref, reasons: [...told], details: {} }];
}

export function trustEvents(before: SubjectRecord, after: SubjectRecord): readonly BusEvent[] {
  if (after.trust === null || !trustMoved(before, after)) return [];
  const { level, score } = after.trust;
  const previousLevel = before.trust?.level ?? null;
  return [{ type: 'trust.changed', detail: { ...subjectDetail(after.ref), level, previousLevel, score } }];
}

export function stateEvents(from: LifecycleState, { ref, state }: SubjectRecord): readonly BusEvent[] {
  if (from === state) return [];
  const detail = { ...subjectDetail(ref), from, to: state };
  const special: readonly BusEvent[] =
    state === 'quarantined'
      ? [{ type: 'device.quarantined', detail }]
      : from === 'quarantined'
        ? [{ type: 'device.released', detail }]
        : [];
  return [{ type: 'state.changed', detail }, ...special];
}

/** The broker holds devices to remediation while they are quarantined, so that they can still be seen and remedied. */
export function stateEffects(from: LifecycleState, { ref, state }: SubjectRecord): readonly BrokerEffect[] {
  if (ref.kind !== 'device' || from === state) return [];
  if (state === 'quarantined') return [{ effect: 'contain-thing', thing: ref.id }];
  return from === 'quarantined' && LOWER_STATES.has(state) ? [{ effect: 'release-thing', thing: ref.id }] : [];
}
