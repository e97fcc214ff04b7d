/** From one message and what is known of its sender to everything that follows from it, or to why it is refused. */
import type { EntityRef } from '../../core/contracts/identifiers.ts';
import { refKey } from '../../core/contracts/identifiers.ts';
import { isReported } from '../../core/ledger/due-at.ts';
import { judgeSubject, type SubjectJudgement } from '../../core/ledger/judge-subject.ts';
import { isProtected } from '../../core/ledger/protected.ts';
import { postureAssessed, postureEvent } from '../../core/ledger/subject-story.ts';
import { acceptReport, type ReportRefusal } from '../../core/posture/accept-report.ts';
import { assessPosture } from '../../core/posture/assess-posture.ts';
import type { PostureAssessment } from '../../core/posture/assessment.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { mergeEvidence } from '../../core/trust/merge-evidence.ts';
import type { SiteFacts } from '../adapters/ports/site-reader.ts';
import type { SiteReference } from '../adapters/ports/site-reference.ts';
import { type DeviceMessage, refuseSender, type SenderRefusal } from '../http/device-message.ts';

export type MessageRefusal = ReportRefusal | Exclude<SenderRefusal, 'sender-foreign-topic'> | 'sender-retired';

export interface JudgedReport {
  readonly subject: EntityRef;
  readonly assessment: PostureAssessment;
  readonly judgement: SubjectJudgement;
}

export interface ReportCase {
  readonly message: DeviceMessage;
  readonly facts: SiteFacts;
  readonly reference: SiteReference;
  readonly nowMs: number;
}

export function judgeReport({ message, facts, reference, nowMs }: ReportCase): Result<JudgedReport, MessageRefusal> {
  const certificate = facts.certificates.get(message.thumbprint);
  const refusal = refuseSender(message, certificate);
  if (certificate === undefined) return failure('sender-unknown', 'the certificate was not issued here');
  if (refusal !== undefined && refusal !== 'sender-foreign-topic') {
    return failure(refusal, 'the connection does not prove who sent this');
  }
  const sender = certificate.ref;
  const entity = facts.entities.get(refKey(sender));
  const before = facts.subjects.get(refKey(sender));
  const accepted = acceptReport({
    bytes: message.bytes,
    sender,
    topicThing: message.topicRef.id,
    last: before?.assessment?.position ?? null,
    nowMs,
  });
  if (!accepted.ok) return accepted;
  if (refusal !== undefined) return failure('posture-foreign-thing', 'the topic is of another kind of thing');
  if (entity === undefined || before === undefined) return failure('sender-unknown', 'the sender is not registered');
  if (before.state === 'retired') return failure('sender-retired', 'the sender is retired');

  const subject = { ref: sender, category: null, model: null, firmware: null };
  const assessment = assessPosture({
    ...(entity.kind === 'device' ? { device: entity } : { subject }),
    report: accepted.value,
    references: reference.references,
    indicators: reference.indicators,
    // What a person saw is another's statement: it neither lends nor takes findings.
    previous: isReported(before) ? before.assessment : null,
    nowMs,
    evidenceSource: 'posture-agent',
  });
  const judgement = judgeSubject({
    before,
    known: { ...before, assessment, evidence: mergeEvidence(before.evidence, assessment.evidence).evidence },
    entity,
    hasProtection: isProtected(sender, reference.protections, nowMs),
    nowMs,
    cause: 'posture-assessed',
    story: [postureAssessed(sender, assessment)],
    news: [postureEvent(sender, assessment)],
  });
  return success({ subject: sender, assessment, judgement });
}
