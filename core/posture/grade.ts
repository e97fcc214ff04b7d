/**
 * From findings, and from how long ago they were learned, to a grade.
 *
 * | Grade | Rule |
 * |---|---|
 * | F | a critical finding, or a check that crashed |
 * | E | two high findings or more |
 * | D | one high finding, or four medium ones |
 * | C | two or three medium findings |
 * | B | one medium finding, or any low one |
 * | A | none of these |
 *
 * Age alone lowers: see {@link ceilingOfAge}. Only a check gives F: silence is no proof of compromise.
 */
import { type PostureGrade, PostureGradeSchema, type Severity } from '../contracts/levels.ts';
import type { FreshFinding } from './checks/check.ts';

export const CHECK_CRASHED = 'check-crashed';

const MEDIUM_FOR_D = 4;
const MEDIUM_FOR_C = 2;
const HIGH_FOR_E = 2;

export function gradeOf(findings: readonly FreshFinding[]): PostureGrade {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  if (count('critical') > 0 || findings.some(({ code }) => code === CHECK_CRASHED)) return 'F';
  if (count('high') >= HIGH_FOR_E) return 'E';
  if (count('high') > 0 || count('medium') >= MEDIUM_FOR_D) return 'D';
  if (count('medium') >= MEDIUM_FOR_C) return 'C';
  return count('medium') + count('low') > 0 ? 'B' : 'A';
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Oldest first: the best grade that knowledge of this age still bears. */
const AGE_CEILINGS: readonly { readonly fromMs: number; readonly grade: PostureGrade; readonly severity: Severity }[] =
  [
    { fromMs: 72 * HOUR_MS, grade: 'E', severity: 'high' },
    { fromMs: 24 * HOUR_MS, grade: 'D', severity: 'high' },
    { fromMs: 4 * HOUR_MS, grade: 'C', severity: 'medium' },
    { fromMs: 30 * MINUTE_MS, grade: 'B', severity: 'low' },
  ];

/** When silence begins to count. */
export const SILENT_AFTER_MS = 30 * MINUTE_MS;

/** `undefined` while knowledge of this age is as good as new. */
export const ceilingOfAge = (
  ageMs: number,
): { readonly grade: PostureGrade; readonly severity: Severity } | undefined =>
  AGE_CEILINGS.find(({ fromMs }) => ageMs >= fromMs);

const ORDER = PostureGradeSchema.options;

export const worseGrade = (left: PostureGrade, right: PostureGrade): PostureGrade =>
  ORDER.indexOf(left) >= ORDER.indexOf(right) ? left : right;
