/**
 * From what is known of a subject to everything that follows: trust, its place in the lifecycle, what gateways are told,
 * and what the audit trail says. One judgement for every cause, so that none is handled differently.
 */
import { type Admission, judgeAdmission } from '../admission/judge-admission.ts';
import type { AuditEntry } from '../contracts/audit-record.ts';
import type { Entity } from '../contracts/entities.ts';
import { type Code, timestamp } from '../contracts/identifiers.ts';
import type { Criticality, LifecycleState } from '../contracts/levels.ts';
import type { TrustEvidence, TrustState } from '../contracts/trust.ts';
import { assessSilence } from '../posture/assess-silence.ts';
import type { PostureAssessment } from '../posture/assessment.ts';
import { evaluateTrust } from '../trust/evaluate-trust.ts';
import type { TrustFacts } from '../trust/facts.ts';
import { mergeEvidence } from '../trust/merge-evidence.ts';
import { changesDecisions, needsRenewal, subjectState } from './announce-subject.ts';
import { dueAt, isReported } from './due-at.ts';
import { type BusEvent, intent, type LedgerIntent } from './ledger-intent.ts';
import { isOwned } from './owned.ts';
import type { SubjectRecord } from './subject-record.ts';
import {
  quarantineProposed,
  stateChanged,
  stateEffects,
  stateEvents,
  trustChanged,
  trustEvents,
} from './subject-story.ts';

export interface SubjectCase {
  /** As it was read. */
  readonly before: SubjectRecord;
  /** `before` with what has become known: evidence, an assessment, certificates, a person's decision on its state. */
  readonly known: SubjectRecord;
  readonly entity: Entity;
  /** A protection of the clinical owner is in force. */
  readonly hasProtection: boolean;
  readonly nowMs: number;
  readonly cause: Code;
  /** What is told first: the event that brought the news. Only when gateways are told something. */
  readonly story?: readonly AuditEntry[];
  /** The same for everyone else. */
  readonly news?: readonly BusEvent[];
  /** Tell the gateways even when their decisions stay the same: what they sent up is answered. */
  readonly answer?: boolean;
}

export interface SubjectJudgement {
  readonly record: SubjectRecord;
  readonly intent: LedgerIntent;
  readonly path: readonly LifecycleState[];
}

/** Facts as they hold now: time alone ends certificates and ownership. */
function trustFacts(record: SubjectRecord, entity: Entity, nowMs: number): TrustFacts {
  const bound = record.certificates.some(({ status, notAfter }) => status === 'active' && nowMs < Date.parse(notAfter));
  return {
    // A person proves who they are at the identity provider, at every log-in.
    certificateBound: bound || (record.ref.kind === 'user' && record.state !== 'registered'),
    state: record.state,
    revoked: record.revoked,
    owned: isOwned(entity, nowMs),
    exploitedVulnerabilities: record.exploitedVulnerabilities,
    compromised: record.compromised,
  };
}

export function judgeSubject(given: SubjectCase): SubjectJudgement {
  const { before, entity, nowMs } = given;
  const known = withSilence({ ...given.known, evidence: boundedEvidence(given.known.evidence) }, nowMs);
  const trust = (state: LifecycleState): TrustState =>
    evaluateTrust({
      subject: known.ref,
      facts: { ...trustFacts(known, entity, nowMs), state },
      evidence: known.evidence,
      previous: before.trust,
      nowMs,
    });
  const first = trust(known.state);
  const admission = judgeAdmission({
    state: known.state,
    trust: first,
    assessment: known.assessment ?? vouched(known),
    criticality: criticalityOf(entity),
    hasProtection: given.hasProtection,
  });
  const judged: SubjectRecord = {
    ...known,
    version: before.version + 1,
    state: admission.state,
    trust: admission.state === known.state ? first : trust(admission.state),
  };
  const next = subjectState(judged);
  const tells = given.answer === true || changesDecisions(before.announced, next);
  const announces = tells || needsRenewal({ ...judged, announced: before.announced }, nowMs);
  const record: SubjectRecord = {
    ...judged,
    ...(announces ? { announced: next, announcedAt: timestamp(nowMs) } : {}),
    dueAt: dueAt(judged, entity, nowMs),
  };
  return {
    record,
    path: admission.path,
    intent: intent(given.cause, {
      changes: announces ? [{ op: 'put-subject', subject: next }] : [],
      writes: [{ write: 'put-subject', record, expectedVersion: before.version }],
      ...(tells ? consequences(given, record, admission) : {}),
    }),
  };
}

function consequences(
  given: SubjectCase,
  record: SubjectRecord,
  admission: Admission,
): Pick<LedgerIntent, 'audit' | 'events' | 'effects'> {
  const { before, known } = given;
  // A person's own step (release, retire) was taken before the judgement; both belong to the way it went.
  const path = known.state === before.state ? admission.path : [known.state, ...admission.path];
  return {
    audit: [
      ...(given.story ?? []),
      ...trustChanged(before, record),
      ...stateChanged(before.state, path, record, admission.reasons),
      ...quarantineProposed(before, record, admission),
    ],
    events: [...(given.news ?? []), ...trustEvents(before, record), ...stateEvents(before.state, record)],
    effects: stateEffects(before.state, record),
  };
}

/** As many statements as a subject's state holds. What speaks against it is never the one that is left out. */
const MAX_EVIDENCE = 32;

function boundedEvidence(evidence: SubjectRecord['evidence']): SubjectRecord['evidence'] {
  if (evidence.length <= MAX_EVIDENCE) return evidence;
  const telling = evidence.toSorted(
    (left, right) => right.negativeMilli - left.negativeMilli || right.positiveMilli - left.positiveMilli,
  );
  return mergeEvidence([], telling.slice(0, MAX_EVIDENCE)).evidence;
}

const withSilence = (record: SubjectRecord, nowMs: number): SubjectRecord =>
  record.assessment !== null && isReported(record)
    ? { ...record, assessment: assessSilence(record.assessment, nowMs) }
    : record;

function criticalityOf(entity: Entity): Criticality {
  return entity.kind === 'device' || entity.kind === 'resource' ? entity.criticality : 'administrative';
}

/** A person has no posture: that somebody vouched for them is their assessment. */
function vouched({ ref, evidence }: SubjectRecord): PostureAssessment | null {
  const word: TrustEvidence | undefined = evidence.find(({ source }) => source === 'person');
  if (ref.kind !== 'user' || word === undefined) return null;
  return {
    grade: 'A',
    findings: [],
    assessedAt: word.observedAt,
    position: { bootId: word.bootId, seq: word.seq, reportedAt: word.observedAt },
    evidence: word,
    compromised: false,
  };
}
