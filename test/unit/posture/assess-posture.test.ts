import { describe, expect, it } from 'vitest';
import { entityId, timestamp } from '../../../core/contracts/identifiers.ts';
import type { PostureReport } from '../../../core/contracts/posture-report.ts';
import { assessPosture } from '../../../core/posture/assess-posture.ts';
import { assessSilence } from '../../../core/posture/assess-silence.ts';
import { type PostureAssessment, PostureAssessmentSchema } from '../../../core/posture/assessment.ts';
import { clearAssessment } from '../../../core/posture/clear-assessment.ts';
import {
  type FactorValues,
  GOOD_HASH,
  NOW_MS,
  OTHER_BOOT,
  PUMP,
  PUMP_REFERENCE,
  pumpReport,
  TROJAN,
  TROJAN_HASH,
} from '../../fixtures/posture-samples.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const assess = (report: PostureReport, previous: PostureAssessment | null = null, nowMs = NOW_MS): PostureAssessment =>
  assessPosture({
    report,
    device: PUMP,
    references: [PUMP_REFERENCE],
    indicators: [TROJAN],
    previous,
    nowMs,
    evidenceSource: 'posture-agent',
  });

const gradeOf = (values: FactorValues): string => assess(pumpReport(values)).grade;
const infected = (): FactorValues => ({
  files: [
    { path: '/opt/pump/controller', sha256: GOOD_HASH, sizeBytes: 1 },
    { path: '/tmp/x', sha256: TROJAN_HASH, sizeBytes: 1 },
  ],
});
const ports = (count: number): FactorValues => ({
  'listening-ports': Array.from({ length: count }, (_, index) => ({
    protocol: 'tcp',
    address: '0.0.0.0',
    port: 9000 + index,
  })),
});
const later = (minutes: number, values: FactorValues = {}, options: Parameters<typeof pumpReport>[1] = {}) =>
  pumpReport(values, { seq: 1 + minutes, reportedAtMs: NOW_MS + minutes * MINUTE, ...options });

describe('the grade', () => {
  it('is A when nothing is found', () => expect(gradeOf({})).toBe('A'));
  it('stays A with something to mention', () => {
    expect(gradeOf({ containers: [{ name: 'v', image: 'v:1', privileged: false }] })).toBe('A');
  });
  it.each([
    ['B', 1],
    ['C', 2],
    ['C', 3],
    ['D', 4],
  ])('is %s with %i medium findings', (grade, count) => expect(gradeOf(ports(count))).toBe(grade));
  it('is B with a low finding', () => expect(gradeOf({ clock: { offsetMs: 0, synchronized: false } })).toBe('B'));
  it('is D with a high finding', () => {
    expect(gradeOf({ containers: [{ name: 'v', image: 'v', imageDigest: 'd', privileged: true }] })).toBe('D');
  });
  it('is E with two high findings', () => {
    const container = { image: 'v', imageDigest: 'd', privileged: true };
    expect(
      gradeOf({
        containers: [
          { ...container, name: 'v' },
          { ...container, name: 'w' },
        ],
      }),
    ).toBe('E');
  });
  it('is F, and compromised, with malware', () => {
    expect(assess(pumpReport(infected()))).toMatchObject({ grade: 'F', compromised: true });
  });
});

describe('assessPosture', () => {
  it('returns what its schema says', () => {
    for (const values of [{}, infected(), ports(3)]) {
      expect(() => PostureAssessmentSchema.parse(assess(pumpReport(values)))).not.toThrow();
    }
  });

  it('fails the check that crashes, names it, and is not compromised by it', () => {
    const crashing = {
      ...PUMP_REFERENCE,
      get requiredProcesses(): string[] {
        throw new Error('a reference value that cannot be read');
      },
    };
    const assessment = assessPosture({
      report: pumpReport(),
      device: PUMP,
      references: [crashing],
      indicators: [],
      previous: null,
      nowMs: NOW_MS,
      evidenceSource: 'posture-agent',
    });
    expect(assessment.grade).toBe('F');
    expect(assessment.compromised).toBe(false);
    expect(assessment.findings.map(({ code, detail }) => `${code} ${detail.split(':')[0]}`)).toEqual([
      'check-crashed core-processes',
      'check-crashed coverage',
    ]);
  });

  it('keeps since when a finding began, through any number of reports', () => {
    const first = assess(pumpReport(ports(1)));
    const second = assess(later(5, ports(2)), first, NOW_MS + 5 * MINUTE);
    expect(second.findings.map(({ detail, since }) => `${detail.slice(0, 8)} ${since}`)).toEqual([
      `tcp/9000 ${timestamp(NOW_MS)}`,
      `tcp/9001 ${timestamp(NOW_MS + 5 * MINUTE)}`,
    ]);
  });

  it('says the same to trust whoever reads the report, and whenever', () => {
    const report = pumpReport({ ...infected(), ...ports(2) }, { reportedAtMs: NOW_MS + 10_000 });
    const gateway = assess(report, null, NOW_MS + 5);
    expect(assess(report, null, NOW_MS + 20_000).evidence).toEqual(gateway.evidence);
  });

  it('begins anew for a finding that was gone in between', () => {
    const first = assess(pumpReport(ports(1)));
    const gone = assess(later(5), first, NOW_MS + 5 * MINUTE);
    const again = assess(later(9, ports(1)), gone, NOW_MS + 9 * MINUTE);
    expect(gone.findings).toEqual([]);
    expect(again.findings[0]?.since).toBe(timestamp(NOW_MS + 9 * MINUTE));
  });

  it('keeps malware found when the next report leaves the files out', () => {
    const first = assess(pumpReport(infected()));
    const silent = assess(later(1, {}, { without: ['files'] }), first, NOW_MS + MINUTE);
    expect(silent).toMatchObject({ grade: 'F', compromised: true });
    const cleaned = assess(later(2), silent, NOW_MS + 2 * MINUTE);
    expect(cleaned).toMatchObject({ grade: 'A', compromised: false });
  });

  it('does not start from what a person has cleared', () => {
    const first = assess(pumpReport(infected()));
    const cleared = clearAssessment(first, 'malware-file-trojan', { person: 'Li', reason: 'a test file' });
    expect(cleared.ok && cleared.value).toMatchObject({ grade: 'A', compromised: false, findings: [] });
    const silent = assess(later(1, {}, { without: ['files'] }), cleared.ok ? cleared.value : null, NOW_MS + MINUTE);
    expect(silent.compromised).toBe(false);
    expect(clearAssessment(first, 'malware-file-worm', { person: 'Li', reason: 'x' })).toMatchObject({
      ok: false,
      code: 'finding-unknown',
    });
  });

  it('holds no more findings than evidence may, and drops the mildest', () => {
    const assessment = assess(pumpReport({ ...ports(200), ...infected() }));
    expect(assessment.findings).toHaveLength(64);
    expect(assessment.findings[0]?.code).toBe('malware-file-trojan');
    expect(assessment.findings.at(-1)?.code).toBe('findings-omitted');
    expect(PostureAssessmentSchema.safeParse(assessment).success).toBe(true);
  });

  it('takes the reference values of the model before those of the category', () => {
    const category = { ...PUMP_REFERENCE, model: null, requiredProcesses: ['another'] };
    const other = { ...PUMP_REFERENCE, model: 'Volumat 8', requiredProcesses: ['a third'] };
    const codes = (references: (typeof PUMP_REFERENCE)[]) =>
      assessPosture({
        report: pumpReport(),
        device: PUMP,
        references,
        indicators: [],
        previous: null,
        nowMs: NOW_MS,
        evidenceSource: 'posture-agent',
      }).findings.map(({ code }) => code);
    expect(codes([category, other, PUMP_REFERENCE])).toEqual([]);
    expect(codes([other, category])).toEqual(['process-missing']);
    expect(codes([other])).toEqual(['reference-values-missing']);
    expect(codes([])).toEqual(['reference-values-missing']);
  });

  it('gives an observation more weight than a claim', () => {
    const report = pumpReport({}, { source: 'gateway', provenance: 'observed' });
    const input = { report, device: PUMP, references: [PUMP_REFERENCE], indicators: [], previous: null, nowMs: NOW_MS };
    const observed = assessPosture({ ...input, evidenceSource: 'posture-gateway' }).evidence.positiveMilli;
    const claimed = assess(pumpReport()).evidence.positiveMilli;
    expect(observed).toBeGreaterThan(claimed);
    expect(assessPosture({ ...input, evidenceSource: 'posture-agent' }).evidence.positiveMilli).toBe(claimed);
  });

  it('is less certain of a report that leaves things out or tells old ones', () => {
    const whole = assess(pumpReport()).evidence.positiveMilli;
    expect(assess(pumpReport({}, { without: ['processes'] })).evidence.positiveMilli).toBeLessThan(whole);
    const old = assess(pumpReport({}, { observedAtMs: NOW_MS - 16 * MINUTE }));
    expect(old.evidence.positiveMilli).toBe(0);
    expect(new Set(old.findings.map(({ code }) => code))).toEqual(new Set(['factor-stale']));
  });

  it('does not let evidence go back in time inside one boot, nor the position ever', () => {
    const first = assess(pumpReport());
    const stepped = assess(pumpReport({}, { seq: 2, reportedAtMs: NOW_MS - HOUR }), first, NOW_MS + 1000);
    expect(stepped.evidence.observedAt).toBe(first.evidence.observedAt);
    expect(stepped.position).toMatchObject({ seq: 2, reportedAt: timestamp(NOW_MS) });
    const rebooted = assess(later(1, {}, { bootId: OTHER_BOOT, seq: 0 }), first, NOW_MS + MINUTE);
    expect(rebooted.evidence.observedAt).toBe(timestamp(NOW_MS + MINUTE));
  });

  it('serves what is no device: a resource that a gateway looks at', () => {
    const assessment = assessPosture({
      report: pumpReport({}, { source: 'gateway', provenance: 'observed' }),
      subject: { ref: { kind: 'resource', id: entityId('north:ehr') }, category: null, model: null, firmware: null },
      references: [PUMP_REFERENCE],
      indicators: [TROJAN],
      previous: null,
      nowMs: NOW_MS,
      evidenceSource: 'posture-gateway',
    });
    expect(assessment).toMatchObject({ grade: 'A', evidence: { positiveMilli: 18_000, negativeMilli: 0 } });
  });
});

describe('silence', () => {
  const fresh = () => assess(pumpReport());

  it.each([
    ['A', 29],
    ['B', 30],
    ['C', 4 * 60],
    ['D', 24 * 60],
    ['E', 72 * 60],
    ['E', 1_000_000],
  ])('leaves at most %s after %i minutes', (grade, minutes) => {
    expect(assessSilence(fresh(), NOW_MS + minutes * MINUTE).grade).toBe(grade);
  });

  it('is told as one finding, since it began, and asking twice changes nothing', () => {
    const first = assessSilence(fresh(), NOW_MS + HOUR);
    const second = assessSilence(first, NOW_MS + 5 * HOUR);
    expect(second).toEqual(assessSilence(fresh(), NOW_MS + 5 * HOUR));
    expect(second.findings).toEqual([
      expect.objectContaining({ code: 'posture-silent', severity: 'medium', since: timestamp(NOW_MS + 30 * MINUTE) }),
    ]);
  });

  it('never makes a bad grade better, and is no proof of compromise', () => {
    const bad = assess(pumpReport(infected()));
    expect(assessSilence(bad, NOW_MS + HOUR)).toMatchObject({ grade: 'F', compromised: true });
    expect(assessSilence(fresh(), NOW_MS + 1000 * HOUR).compromised).toBe(false);
  });

  it('ends with the next report', () => {
    const silent = assessSilence(fresh(), NOW_MS + HOUR);
    expect(assess(later(61), silent, NOW_MS + 61 * MINUTE)).toMatchObject({ grade: 'A', findings: [] });
  });

  it('counts for a report that arrives late as for none', () => {
    expect(assess(pumpReport(), null, NOW_MS + 5 * HOUR).grade).toBe('C');
  });
});
