/** What the previous assessment found, carried into the next one: since when it fails, and what nobody spoke about. */
import { timestamp } from '../contracts/identifiers.ts';
import { type Finding, type Severity, SeveritySchema } from '../contracts/levels.ts';
import type { PostureReport } from '../contracts/posture-report.ts';
import { MAX_FINDINGS } from './assessment.ts';
import { type FreshFinding, finding, findingKey } from './checks/check.ts';
import { POSTURE_CHECKS } from './checks/registry.ts';
import { covers } from './factors.ts';

const factorOfCode = new Map(POSTURE_CHECKS.flatMap(({ codes, reads }) => codes.map((code) => [code, reads] as const)));

/**
 * The fresh findings and those of before that this report is silent about: a factor left out withdraws nothing. What is
 * found again keeps its `since`.
 */
export function keepFindings(
  fresh: readonly FreshFinding[],
  previous: readonly Finding[],
  report: PostureReport,
  reportedAtMs: number,
): readonly Finding[] {
  const before = new Map(previous.map((finding) => [findingKey(finding), finding]));
  const found = new Map<string, Finding>();
  for (const finding of fresh) {
    const key = findingKey(finding);
    if (!found.has(key)) found.set(key, { ...finding, since: before.get(key)?.since ?? timestamp(reportedAtMs) });
  }
  for (const [key, finding] of before) {
    const factor = factorOfCode.get(finding.code) ?? null;
    if (factor !== null && !covers(report, factor) && !found.has(key)) found.set(key, finding);
  }
  return [...found.values()];
}

const rank = (severity: Severity): number => SeveritySchema.options.indexOf(severity);

/** Worst first, then in a stable order, and no more than fit: what is left out is the least severe, and is counted. */
export function worstFirst(findings: readonly Finding[], atMs: number): Finding[] {
  const sorted = findings.toSorted(
    (left, right) => rank(right.severity) - rank(left.severity) || compareText(findingKey(left), findingKey(right)),
  );
  if (sorted.length <= MAX_FINDINGS) return sorted;
  const shown = sorted.slice(0, MAX_FINDINGS - 1);
  const omitted = finding('findings-omitted', 'info', 'findings', `${sorted.length - shown.length} more were found`);
  return [...shown, { ...omitted, since: timestamp(atMs) }];
}

const compareText = (left: string, right: string): number => (left < right ? -1 : Number(left > right));
