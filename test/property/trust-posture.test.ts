import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PostureGrade, PostureGradeSchema, SeveritySchema } from '../../core/contracts/levels.ts';
import { assessPosture } from '../../core/posture/assess-posture.ts';
import { assessSilence } from '../../core/posture/assess-silence.ts';
import type { FreshFinding } from '../../core/posture/checks/check.ts';
import { gradeOf } from '../../core/posture/grade.ts';
import { weighPosture } from '../../core/posture/posture-evidence.ts';
import { NOW_MS, PUMP, PUMP_REFERENCE, pumpReport } from '../fixtures/posture-samples.ts';
import { evaluate, statement } from '../fixtures/trust-samples.ts';
import { mostlyGoodFacts } from './trust-arbitraries.ts';

const rank = (grade: PostureGrade): number => PostureGradeSchema.options.indexOf(grade);
const findings: fc.Arbitrary<FreshFinding[]> = fc.array(
  fc.constantFrom(...SeveritySchema.options).map((severity) => ({ code: 'x', severity, detail: 'x: y' })),
  { maxLength: 40 },
);
const FACTORS = ['operating-system', 'processes', 'files', 'listening-ports', 'disk', 'clock'] as const;

const evidenceOf = (found: readonly FreshFinding[]) => {
  const grade = gradeOf(found);
  const weight = weighPosture({
    report: pumpReport(),
    kind: 'device',
    source: 'posture-agent',
    grade,
    findings: found,
  });
  const worst = found.filter(({ severity }) => severity === 'critical').slice(0, 1);
  return {
    grade,
    evidence: statement({ ...weight, findings: worst.map((one) => ({ ...one, since: '2026-11-23T12:00:00Z' })) }),
  };
};

describe('posture in trust', () => {
  it('a worse grade never has more for the subject, less against it, or a higher level', () => {
    fc.assert(
      fc.property(findings, findings, mostlyGoodFacts, (left, right, facts) => {
        const [better, worse] = [evidenceOf(left), evidenceOf(right)].toSorted((a, b) => rank(a.grade) - rank(b.grade));
        if (better === undefined || worse === undefined || better.grade === worse.grade) return;
        expect(worse.evidence.positiveMilli).toBeLessThan(better.evidence.positiveMilli + 1);
        expect(worse.evidence.negativeMilli).toBeGreaterThanOrEqual(better.evidence.negativeMilli);
        const level = (one: typeof better) => evaluate({ facts, evidence: [one.evidence] }).level;
        expect(level(worse)).toBeLessThanOrEqual(level(better));
      }),
    );
  });

  it('one more finding never makes a grade better', () => {
    fc.assert(
      fc.property(findings, findings, (some, more) => {
        expect(rank(gradeOf([...some, ...more]))).toBeGreaterThanOrEqual(rank(gradeOf(some)));
      }),
    );
  });

  it('leaving factors out never makes grade or evidence better', () => {
    const assess = (without: readonly (typeof FACTORS)[number][]) =>
      assessPosture({
        report: pumpReport({}, { without }),
        device: PUMP,
        references: [PUMP_REFERENCE],
        indicators: [],
        previous: null,
        nowMs: NOW_MS,
        evidenceSource: 'posture-agent',
      });
    fc.assert(
      fc.property(fc.subarray([...FACTORS]), (without) => {
        const whole = assess([]);
        const part = assess(without);
        expect(rank(part.grade)).toBeGreaterThanOrEqual(rank(whole.grade));
        expect(part.evidence.positiveMilli).toBeLessThanOrEqual(whole.evidence.positiveMilli);
      }),
    );
  });

  it('silence never makes a grade better, however long', () => {
    fc.assert(
      fc.property(fc.nat(10 ** 10), fc.nat(10 ** 10), (first, more) => {
        const assessment = assessPosture({
          report: pumpReport(),
          device: PUMP,
          references: [PUMP_REFERENCE],
          indicators: [],
          previous: null,
          nowMs: NOW_MS,
          evidenceSource: 'posture-agent',
        });
        const early = assessSilence(assessment, NOW_MS + first);
        const late = assessSilence(early, NOW_MS + first + more);
        expect(rank(late.grade)).toBeGreaterThanOrEqual(rank(early.grade));
      }),
    );
  });
});
