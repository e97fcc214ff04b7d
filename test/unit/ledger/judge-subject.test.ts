import { describe, expect, it } from 'vitest';
import type { Device } from '../../../core/contracts/entities.ts';
import { entityRef, timestamp } from '../../../core/contracts/identifiers.ts';
import type { TrustEvidence } from '../../../core/contracts/trust.ts';
import { judgeSubject, type SubjectJudgement } from '../../../core/ledger/judge-subject.ts';
import { newSubjectRecord, type SubjectRecord, SubjectRecordSchema } from '../../../core/ledger/subject-record.ts';
import { postureAssessed } from '../../../core/ledger/subject-story.ts';
import { assessPosture } from '../../../core/posture/assess-posture.ts';
import { mergeEvidence } from '../../../core/trust/merge-evidence.ts';
import { DAY_MS } from '../../fixtures/pki.ts';
import { NOW_MS, PUMP_REFERENCE, pumpReport, TROJAN, TROJAN_HASH } from '../../fixtures/posture-samples.ts';
import { testDevice } from '../../fixtures/site.ts';

const REF = entityRef('device', 'north:pump-3');
const MINUTE_MS = 60_000;
const PUMP: Device = testDevice('pump-3', { model: 'Volumat 7' });
const INFECTED = { files: [{ path: '/opt/pump/controller', sha256: TROJAN_HASH, sizeBytes: 10 }] };

const enrolled = (changes: Partial<SubjectRecord> = {}): SubjectRecord => ({
  ...newSubjectRecord(REF),
  version: 1,
  state: 'enrolled',
  certificates: [
    { thumbprint: 'a'.repeat(64), serial: '01', notAfter: timestamp(NOW_MS + 30 * DAY_MS), status: 'active' },
  ],
  ...changes,
});

interface Report {
  readonly seq: number;
  readonly atMs?: number;
  readonly values?: Parameters<typeof pumpReport>[0];
  readonly entity?: Device;
  readonly hasProtection?: boolean;
}

function report(before: SubjectRecord, { seq, atMs = NOW_MS, values = {}, entity = PUMP, ...rest }: Report) {
  const assessment = assessPosture({
    report: pumpReport(values, { seq, reportedAtMs: atMs }),
    device: entity,
    references: [PUMP_REFERENCE],
    indicators: [TROJAN],
    previous: before.assessment,
    nowMs: atMs,
    evidenceSource: 'posture-agent',
  });
  return judgeSubject({
    before,
    known: { ...before, assessment, evidence: mergeEvidence(before.evidence, assessment.evidence).evidence },
    entity,
    hasProtection: rest.hasProtection ?? false,
    nowMs: atMs,
    cause: 'posture-assessed',
    story: [postureAssessed(REF, assessment)],
  });
}

const story = ({ intent }: SubjectJudgement): string[] =>
  intent.audit.map(({ event, details }) => (event === 'state-changed' ? `${event}:${details['to']}` : event));

describe('judging a subject', () => {
  it('admits a healthy enrolled device by way of assessed, and tells it in order', () => {
    const judged = report(enrolled(), { seq: 1 });
    expect(judged.record).toMatchObject({ state: 'admitted', version: 2 });
    expect(judged.record.trust?.level).toBe(3);
    expect(story(judged)).toEqual([
      'posture-assessed',
      'trust-changed',
      'state-changed:assessed',
      'state-changed:admitted',
    ]);
    expect(judged.intent.changes).toEqual([{ op: 'put-subject', subject: judged.record.announced }]);
    expect(SubjectRecordSchema.parse(judged.record)).toEqual(judged.record);
  });

  it('writes the subject and nothing else when a report changes nothing that a gateway decides on', () => {
    const admitted = report(enrolled(), { seq: 1 }).record;
    const judged = report(admitted, { seq: 2, atMs: NOW_MS + 15_000 });
    expect(judged.intent).toMatchObject({ changes: [], audit: [], events: [], effects: [] });
    expect(judged.intent.writes).toEqual([{ write: 'put-subject', record: judged.record, expectedVersion: 2 }]);
    expect(judged.record.announced).toEqual(admitted.announced);
    expect(judged.record.assessment?.position.seq).toBe(2);
  });

  it('renews what gateways hold at half its life, without a word in the audit trail', () => {
    const admitted = report(enrolled(), { seq: 1 }).record;
    const heldUntilMs = Date.parse(admitted.announced?.trust?.validUntil ?? '');
    const halfMs = Math.ceil((NOW_MS + heldUntilMs) / 2);
    const early = report(admitted, { seq: 2, atMs: halfMs - MINUTE_MS });
    const late = report(admitted, { seq: 2, atMs: halfMs });
    expect(early.intent.changes).toHaveLength(0);
    expect(late.intent.changes).toHaveLength(1);
    expect(late.intent.audit).toHaveLength(0);
  });

  it('quarantines a device whose file is malware, at once and at the lowest working level', () => {
    const admitted = report(enrolled(), { seq: 1 }).record;
    const judged = report(admitted, { seq: 2, atMs: NOW_MS + 15_000, values: INFECTED });
    expect(judged.record.state).toBe('quarantined');
    expect(judged.record.announced).toMatchObject({ state: 'quarantined', posture: { grade: 'F' } });
    expect(judged.record.trust?.level).toBeLessThanOrEqual(1);
    expect(judged.record.trust?.unmetCriteria).toContain('state-admits');
    expect(story(judged)).toEqual(['posture-assessed', 'trust-changed', 'state-changed:quarantined']);
    expect(judged.intent.effects).toEqual([{ effect: 'contain-thing', thing: 'north:pump-3' }]);
    expect(judged.intent.events.map(({ type }) => type)).toEqual([
      'trust.changed',
      'state.changed',
      'device.quarantined',
    ]);
  });

  it('restricts a life-sustaining device instead, and proposes quarantine to a person', () => {
    const ventilator = testDevice('pump-3', { model: 'Volumat 7', criticality: 'life-sustaining' });
    const admitted = report(enrolled(), { seq: 1, entity: ventilator }).record;
    const judged = report(admitted, { seq: 2, atMs: NOW_MS + 15_000, values: INFECTED, entity: ventilator });
    expect(judged.record.state).toBe('restricted');
    expect(story(judged)).toContain('quarantine-proposed');
    expect(judged.intent.effects).toEqual([]);
  });

  it('does not let waiting redeem: a quarantined device stays so with a clean report', () => {
    const admitted = report(enrolled(), { seq: 1 }).record;
    const bad = report(admitted, { seq: 2, atMs: NOW_MS + 15_000, values: INFECTED }).record;
    const clean = report(bad, { seq: 3, atMs: NOW_MS + 30_000 });
    expect(clean.record.state).toBe('quarantined');
    expect(clean.record.trust?.level).toBeLessThanOrEqual(1);
  });

  it('leaves remediation at most to what nobody answers for any more', () => {
    const lapsing = testDevice('pump-3', { model: 'Volumat 7', owners: null });
    const judged = report(enrolled(), { seq: 1, entity: lapsing });
    expect(judged.record.trust?.unmetCriteria).toContain('owned');
    expect(judged.record.trust?.level).toBe(1);
    expect(judged.record.state).toBe('restricted');
  });

  it('is due when something changes by itself: never later than its trust holds', () => {
    const { record } = report(enrolled(), { seq: 1 });
    const dueMs = Date.parse(record.dueAt ?? '');
    expect(dueMs).toBeGreaterThan(NOW_MS);
    expect(dueMs).toBeLessThanOrEqual(Date.parse(record.trust?.validUntil ?? ''));
  });

  it('lowers the grade of a device that has fallen silent', () => {
    const admitted = report(enrolled(), { seq: 1 }).record;
    const silent = judgeSubject({
      before: admitted,
      known: admitted,
      entity: PUMP,
      hasProtection: false,
      nowMs: NOW_MS + 5 * 3_600_000,
      cause: 'trust-reevaluated',
    });
    expect(silent.record.assessment?.grade).toBe('C');
    expect(silent.record.trust?.level).toBeLessThan(3);
    expect(silent.intent.changes).toHaveLength(1);
  });

  it('keeps what it tells within what a message holds, and leaves out the least severe first', () => {
    const findings = Array.from({ length: 64 }, (_, index) => ({
      code: index === 63 ? 'malware-file' : `noise-${index}`,
      severity: index === 63 ? ('high' as const) : ('low' as const),
      detail: 'x'.repeat(500),
      since: timestamp(NOW_MS),
    }));
    const told = (index: number): TrustEvidence => ({
      schema: 'vitalgate.trust-evidence/1',
      subject: REF,
      source: index % 2 === 0 ? 'location' : 'correlation',
      factor: index % 2 === 0 ? 'context' : 'behaviour',
      bootId: '3f0c9f2e-7a52-4b7e-9d1c-5a1f0d8b6a01',
      seq: index,
      observedAt: timestamp(NOW_MS),
      positiveMilli: 0,
      negativeMilli: 10,
      findings,
    });
    const judged = report(enrolled({ evidence: [told(0), told(1)] }), { seq: 1 });
    const [change] = judged.intent.changes;
    expect(JSON.stringify(change).length).toBeLessThan(50 * 1024);
    expect(JSON.stringify(change)).toContain('malware-file');
    expect(judged.record.evidence.find(({ source }) => source === 'location')?.findings).toHaveLength(64);
  });

  it('leaves out what speaks for it before what speaks against it, when more is said than a state holds', () => {
    const sources = [
      'location',
      'correlation',
      'session-history',
      'person',
      'enrolment',
      'threat-intelligence',
    ] as const;
    const factors = ['context', 'behaviour', 'history', 'identity', 'fingerprint', 'posture'] as const;
    const evidence = sources.flatMap((source) =>
      factors.map(
        (factor): TrustEvidence => ({
          schema: 'vitalgate.trust-evidence/1',
          subject: REF,
          source,
          factor,
          bootId: '3f0c9f2e-7a52-4b7e-9d1c-5a1f0d8b6a01',
          seq: 0,
          observedAt: timestamp(NOW_MS),
          positiveMilli: 1000,
          negativeMilli: source === 'threat-intelligence' && factor === 'posture' ? 5 : 0,
          findings: [],
        }),
      ),
    );
    const { record } = report(enrolled({ evidence }), { seq: 1 });
    expect(record.evidence).toHaveLength(32);
    expect(record.evidence.some(({ negativeMilli }) => negativeMilli === 5)).toBe(true);
    expect(SubjectRecordSchema.parse(record)).toEqual(record);
  });
});
