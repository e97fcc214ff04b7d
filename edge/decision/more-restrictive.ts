/** Of two views of one subject the one that allows less, part by part. */
import type { LifecycleState, PostureGrade } from '../../core/contracts/levels.ts';
import type { SubjectState } from '../../core/contracts/site-state.ts';
import type { TrustState } from '../../core/contracts/trust.ts';
import { mergeEvidence } from '../../core/trust/merge-evidence.ts';
import type { LocalConclusion } from './local-conclusion.ts';

/** From nothing at all to everything that policy grants. */
const ACCESS_RANK: Readonly<Record<LifecycleState, number>> = {
  retired: 0,
  registered: 1,
  enrolled: 2,
  assessed: 3,
  quarantined: 4,
  restricted: 5,
  admitted: 6,
};

export const lowerState = (left: LifecycleState, right: LifecycleState): LifecycleState =>
  ACCESS_RANK[left] <= ACCESS_RANK[right] ? left : right;

/** Letters grow from best to worst. */
const worseGrade = (left: PostureGrade, right: PostureGrade): PostureGrade => (left >= right ? left : right);

const lowerTrust = (left: TrustState | null, right: TrustState): TrustState | null =>
  left === null || left.level <= right.level ? left : right;

export function moreRestrictive(cloud: SubjectState, local: LocalConclusion): SubjectState {
  const { assessment } = local;
  return {
    ...cloud,
    state: lowerState(cloud.state, local.state),
    posture:
      cloud.posture === null || assessment === null
        ? cloud.posture
        : {
            grade: worseGrade(cloud.posture.grade, assessment.grade),
            assessedAt:
              cloud.posture.assessedAt > assessment.assessedAt ? cloud.posture.assessedAt : assessment.assessedAt,
          },
    trust: lowerTrust(cloud.trust, local.trust),
    evidence: mergeEvidence(cloud.evidence, local.evidence).evidence.slice(0, 32),
  };
}

/** Whether the local view takes away anything that a decision sees. */
export function takesAway(cloud: SubjectState, local: LocalConclusion): boolean {
  const both = moreRestrictive(cloud, local);
  return (
    both.state !== cloud.state ||
    both.trust?.level !== cloud.trust?.level ||
    both.posture?.grade !== cloud.posture?.grade
  );
}
