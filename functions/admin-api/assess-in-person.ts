/** A person's own observation as evidence: posture of a system that does not report, or that someone is who they are. */
import { timestamp } from '../../core/contracts/identifiers.ts';
import type { PostureFactor, PostureReport } from '../../core/contracts/posture-report.ts';
import { PostureFactorSchema } from '../../core/contracts/posture-report.ts';
import type { TrustEvidence } from '../../core/contracts/trust.ts';
import { isReported } from '../../core/ledger/due-at.ts';
import { postureAssessed, postureEvent } from '../../core/ledger/subject-story.ts';
import { assessPosture } from '../../core/posture/assess-posture.ts';
import { mergeEvidence } from '../../core/trust/merge-evidence.ts';
import type { Ground, SubjectStep } from './change-subject.ts';
import { moved } from './move-state.ts';
import { Refusal } from './refusal.ts';

export interface PersonsWord {
  readonly by: string;
  readonly reason: string;
  /** Names this statement among those of persons: each stands on its own, the later one counts. */
  readonly statementId: string;
}

export interface StatedFactor {
  readonly factor: PostureFactor['factor'];
  readonly value?: unknown;
}

/** A check in person is worth what a bound certificate is. */
const VOUCHED_IDENTITY_MILLI = 18_000;

export function assessSystem(ground: Ground, word: PersonsWord, factors: readonly StatedFactor[]): SubjectStep {
  const { ref, before, reference, nowMs } = ground;
  if (before.state === 'retired') throw new Refusal(409, 'ERR_ENTITY_RETIRED', 'what is retired is not assessed');
  const own = before.assessment?.evidence.source === 'person' ? before.assessment : null;
  const assessment = assessPosture({
    report: reportOf(word, factors, nowMs),
    subject: { ref, category: null, model: null, firmware: null },
    references: reference.references,
    indicators: reference.indicators,
    previous: own,
    nowMs,
    evidenceSource: 'person',
  });
  const { evidence } = mergeEvidence(before.evidence, assessment.evidence);
  return {
    cause: 'assessed-in-person',
    // What it reports of itself goes on being what the next report is compared with.
    known: { ...before, evidence, assessment: isReported(before) ? before.assessment : assessment },
    story: [told('assessed-in-person', ground, word), postureAssessed(ref, assessment)],
    news: [postureEvent(ref, assessment)],
  };
}

function reportOf({ statementId }: PersonsWord, factors: readonly StatedFactor[], nowMs: number): PostureReport {
  const now = timestamp(nowMs);
  return {
    schema: 'vitalgate.posture-report/1',
    bootId: statementId,
    seq: 0,
    reportedAt: now,
    factors: factors.map((stated) =>
      PostureFactorSchema.parse({ ...stated, observedAt: now, source: 'import', provenance: 'observed' }),
    ),
  };
}

/** The first word also enrols: a person has no certificate to come with. */
export function vouchForUser(ground: Ground, word: PersonsWord): SubjectStep {
  const { ref, before, nowMs } = ground;
  const evidence: TrustEvidence = {
    schema: 'vitalgate.trust-evidence/1',
    subject: ref,
    source: 'person',
    factor: 'identity',
    bootId: word.statementId,
    seq: 0,
    observedAt: timestamp(nowMs),
    positiveMilli: VOUCHED_IDENTITY_MILLI,
    negativeMilli: 0,
    findings: [],
  };
  const enrolled = before.state === 'registered' ? moved(before, 'enrolled') : before;
  if (before.state === 'retired') throw new Refusal(409, 'ERR_ENTITY_RETIRED', 'nobody vouches for what is retired');
  return {
    cause: 'vouched-in-person',
    known: { ...enrolled, evidence: mergeEvidence(before.evidence, evidence).evidence },
    story: [told('vouched-in-person', ground, word)],
  };
}

const told = (event: string, { ref }: Ground, { by, reason }: PersonsWord): SubjectStep['story'][number] => ({
  event,
  outcome: 'success',
  subject: ref,
  reasons: [],
  details: { by, reason },
});
