/** A person's clearance, applied to the assessment that is kept: the next one does not start from what was cleared. */
import { failure, type Result, success } from '../result.ts';
import { type Clearance, clearFinding } from '../trust/merge-evidence.ts';
import type { PostureAssessment } from './assessment.ts';
import { gradeOf } from './grade.ts';

/** Codes as {@link clearFinding} returns them. The evidence in the result is what the trust evaluator must be given. */
export function clearAssessment(
  assessment: PostureAssessment,
  code: string,
  clearance: Clearance,
): Result<PostureAssessment, 'clearance-incomplete' | 'finding-unknown'> {
  const cleared = clearFinding([assessment.evidence], code, clearance);
  if (!cleared.ok) return cleared;
  const [evidence] = cleared.value;
  if (evidence === undefined) return failure('finding-unknown', 'no evidence holds this finding');
  const findings = assessment.findings.filter((finding) => finding.code !== code);
  return success({
    ...assessment,
    evidence,
    findings,
    grade: gradeOf(findings),
    compromised: findings.some(({ severity }) => severity === 'critical'),
  });
}
