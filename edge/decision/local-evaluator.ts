/**
 * The control plane's own evaluators, run at the gateway: a report is accepted, assessed, merged and judged here as it is
 * there, so that a site without the cloud still sees and still reacts.
 */

import { judgeAdmission } from '../../core/admission/judge-admission.ts';
import type { Bundle } from '../../core/contracts/bundle.ts';
import type { Device } from '../../core/contracts/entities.ts';
import { type EntityRef, timestamp } from '../../core/contracts/identifiers.ts';
import type { SubjectState } from '../../core/contracts/site-state.ts';
import type { TrustEvidence } from '../../core/contracts/trust.ts';
import type { SiteView } from '../../core/decision/site-view.ts';
import { acceptReport, type ReportRefusal } from '../../core/posture/accept-report.ts';
import { assessPosture } from '../../core/posture/assess-posture.ts';
import type { PostureAssessment } from '../../core/posture/assessment.ts';
import { type Result, success } from '../../core/result.ts';
import { evaluateTrust } from '../../core/trust/evaluate-trust.ts';
import type { PausedSource } from '../../core/trust/half-lives.ts';
import { mergeEvidence } from '../../core/trust/merge-evidence.ts';
import type { LocalConclusion } from './local-conclusion.ts';
import { lowerState } from './more-restrictive.ts';
import { trustFactsOf } from './trust-facts.ts';

export interface EvaluatorGround {
  readonly device: Device;
  /** As the control plane signed it. */
  readonly cloud: SubjectState;
  readonly local: LocalConclusion | undefined;
  readonly view: SiteView;
  readonly nowMs: number;
  /** Sources whose decay stands still because the control plane, which alone renews them, is away. */
  readonly pausedSources: readonly PausedSource[];
}

/** Judges one report that arrived over an authenticated connection. */
export function judgeReport(
  bytes: Uint8Array,
  content: Bundle['content'],
  ground: EvaluatorGround,
): Result<LocalConclusion, ReportRefusal> {
  const { device, local, nowMs } = ground;
  const sender: EntityRef = { kind: 'device', id: device.id };
  const previous = local?.assessment ?? null;
  const accepted = acceptReport({ bytes, sender, topicThing: device.id, last: previous?.position ?? null, nowMs });
  if (!accepted.ok) return accepted;
  const assessment = assessPosture({
    report: accepted.value,
    device,
    references: content.referenceValues,
    indicators: content.malwareIndicators,
    previous,
    nowMs,
    evidenceSource: 'posture-agent',
  });
  return success(conclude(ground, assessment, mergeEvidence(local?.evidence ?? [], assessment.evidence).evidence));
}

/** Judges again without news: time passed, and positive evidence has decayed. */
export const judgeAgain = (ground: EvaluatorGround): LocalConclusion =>
  conclude(ground, ground.local?.assessment ?? null, ground.local?.evidence ?? []);

function conclude(
  ground: EvaluatorGround,
  assessment: PostureAssessment | null,
  own: readonly TrustEvidence[],
): LocalConclusion {
  const { device, cloud, local, view, nowMs } = ground;
  const ref: EntityRef = { kind: 'device', id: device.id };
  const trust = evaluateTrust({
    subject: ref,
    facts: trustFactsOf(device, cloud, view, nowMs),
    evidence: mergeEvidence(cloud.evidence, own).evidence,
    previous: local?.trust ?? cloud.trust,
    nowMs,
    pausedSources: ground.pausedSources,
  });
  const admission = judgeAdmission({
    state: local === undefined ? cloud.state : lowerState(cloud.state, local.state),
    trust,
    assessment,
    criticality: device.criticality,
    hasProtection: false,
  });
  return {
    ref,
    concludedAt: timestamp(nowMs),
    state: admission.state,
    reasons: [...admission.reasons],
    assessment,
    trust,
    evidence: [...own],
  };
}
