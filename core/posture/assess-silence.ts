/** What an assessment is still worth when nothing more is heard: certainty lowers with age, and yesterday's grade is not kept. */
import { timestamp } from '../contracts/identifiers.ts';
import type { PostureAssessment } from './assessment.ts';
import { finding } from './checks/check.ts';
import { ceilingOfAge, SILENT_AFTER_MS, worseGrade } from './grade.ts';
import { worstFirst } from './keep-findings.ts';

const POSTURE_SILENT = 'posture-silent';

/**
 * The previous assessment as of now. Grade and the finding `posture-silent` follow from the age of what was last reported;
 * `assessedAt`, position and evidence stay (the trust evaluator ages evidence by itself). Asking twice changes nothing.
 */
export const assessSilence = (previous: PostureAssessment, nowMs: number): PostureAssessment =>
  ageAssessment(previous, Date.parse(previous.position.reportedAt), nowMs);

export function ageAssessment(assessment: PostureAssessment, reportedAtMs: number, nowMs: number): PostureAssessment {
  const heard = assessment.findings.filter(({ code }) => code !== POSTURE_SILENT);
  const ceiling = ceilingOfAge(nowMs - reportedAtMs);
  if (ceiling === undefined) return assessment;
  const silence = finding(POSTURE_SILENT, ceiling.severity, 'report', 'nothing newer was reported in time');
  return {
    ...assessment,
    grade: worseGrade(assessment.grade, ceiling.grade),
    findings: worstFirst([...heard, { ...silence, since: timestamp(reportedAtMs + SILENT_AFTER_MS) }], nowMs),
  };
}
