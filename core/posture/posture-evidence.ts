/**
 * From a graded report to evidence about the factor `posture`: how many good observations it is worth, and how many bad.
 *
 * Both are monotone in the grade: a worse grade never has more for it nor less against it.
 */
import type { EntityKind } from '../contracts/identifiers.ts';
import type { PostureGrade } from '../contracts/levels.ts';
import type { PostureFactorName, PostureReport } from '../contracts/posture-report.ts';
import { SEVERITY_MILLI } from '../trust/severity.ts';
import type { FreshFinding } from './checks/check.ts';
import { factorWeightPermille, type PostureSource } from './factor-weight.ts';
import { statementsOf } from './factors.ts';

/** Thousandths of an observation: for, at full coverage and all observed; against, at least and at most. */
const GRADE_EVIDENCE: Readonly<Record<PostureGrade, { for: number; againstMin: number; againstMax: number }>> = {
  A: { for: 18_000, againstMin: 0, againstMax: 0 },
  B: { for: 14_000, againstMin: 300, againstMax: 1_000 },
  C: { for: 4_500, againstMin: 2_000, againstMax: 3_000 },
  D: { for: 2_000, againstMin: 4_000, againstMax: 7_000 },
  E: { for: 300, againstMin: 10_000, againstMax: 50_000 },
  F: { for: 0, againstMin: 100_000, againstMax: 1_000_000 },
};

/** What a full report of each kind tells. Each part left out takes its share of certainty away. */
const TERMINAL: readonly PostureFactorName[] = ['operating-system', 'processes', 'files', 'listening-ports'];
const SYSTEM: readonly PostureFactorName[] = ['certificate', 'transmission'];
const FULL_REPORT: Readonly<Record<EntityKind, readonly PostureFactorName[]>> = {
  device: TERMINAL,
  gateway: TERMINAL,
  resource: SYSTEM,
  application: SYSTEM,
  user: TERMINAL,
};

export interface GradedReport {
  readonly report: PostureReport;
  readonly kind: EntityKind;
  readonly source: PostureSource;
  readonly grade: PostureGrade;
  readonly findings: readonly FreshFinding[];
}

export function weighPosture({ report, kind, source, grade, findings }: GradedReport): {
  readonly positiveMilli: number;
  readonly negativeMilli: number;
} {
  const row = GRADE_EVIDENCE[grade];
  const expected = FULL_REPORT[kind];
  const weights = expected.map((name) =>
    Math.max(0, ...statementsOf(report, name).map((statement) => factorWeightPermille(statement, report, source))),
  );
  const certainty = weights.reduce((sum, weight) => sum + weight, 0);
  const against = findings.reduce((sum, { severity }) => sum + SEVERITY_MILLI[severity], 0);
  return {
    positiveMilli: Math.floor((row.for * certainty) / (1000 * expected.length)),
    negativeMilli: Math.min(Math.max(against, row.againstMin), row.againstMax),
  };
}
