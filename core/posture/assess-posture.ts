/**
 * The assessment of one accepted report: checks, grade, findings with `since`, and evidence for the trust evaluator.
 *
 * Never throws. Evidence takes its times from the report, so that cloud and gateway, who read the same report at different
 * moments, say the same of it. `previous` is the last assessment of the same subject by the same source.
 */
import type { MalwareIndicator, ReferenceValues } from '../contracts/bundle.ts';
import type { Device } from '../contracts/entities.ts';
import { timestamp } from '../contracts/identifiers.ts';
import type { PostureReport } from '../contracts/posture-report.ts';
import { ageAssessment } from './assess-silence.ts';
import type { PostureAssessment } from './assessment.ts';
import type { PostureSource } from './factor-weight.ts';
import { gradeOf } from './grade.ts';
import { indexIndicators } from './index-indicators.ts';
import { keepFindings, worstFirst } from './keep-findings.ts';
import { weighPosture } from './posture-evidence.ts';
import { runChecks } from './run-checks.ts';
import { selectReference } from './select-reference.ts';
import { describeDevice, type PostureSubject } from './subject.ts';

interface AssessmentInput {
  /** As `acceptReport` let it in. */
  readonly report: PostureReport;
  readonly references: readonly ReferenceValues[];
  readonly indicators: readonly MalwareIndicator[];
  readonly previous: PostureAssessment | null;
  readonly nowMs: number;
  /** Who spoke, as the connection showed it: the terminal's own agent, a gateway about something it sees, or a person. */
  readonly evidenceSource: PostureSource;
}

/** Give a device by its record, anything else by its description. */
export type PostureInput = AssessmentInput & ({ readonly device: Device } | { readonly subject: PostureSubject });

export function assessPosture(input: PostureInput): PostureAssessment {
  const { report, previous, nowMs, evidenceSource } = input;
  const subject = 'device' in input ? describeDevice(input.device) : input.subject;
  const reference = selectReference(subject, input.references);
  const fresh = runChecks({ report, subject, reference, indicators: indexIndicators(input.indicators), nowMs });
  const reportedAtMs = Date.parse(report.reportedAt);
  const all = keepFindings(fresh, previous?.findings ?? [], report, reportedAtMs);
  const grade = gradeOf(all);
  const findings = worstFirst(all, reportedAtMs);
  const judged: PostureAssessment = {
    grade,
    findings,
    assessedAt: timestamp(nowMs),
    position: {
      bootId: report.bootId,
      seq: report.seq,
      reportedAt: laterOf(report.reportedAt, previous?.position.reportedAt),
    },
    evidence: {
      schema: 'vitalgate.trust-evidence/1',
      subject: subject.ref,
      source: evidenceSource,
      factor: 'posture',
      bootId: report.bootId,
      seq: report.seq,
      observedAt: timestamp(Math.max(reportedAtMs, floorOfBoot(report, previous))),
      ...weighPosture({ report, kind: subject.ref.kind, source: evidenceSource, grade, findings: all }),
      findings,
    },
    compromised: all.some(({ severity }) => severity === 'critical'),
  };
  return ageAssessment(judged, reportedAtMs, nowMs);
}

const laterOf = (time: PostureReport['reportedAt'], other: PostureReport['reportedAt'] | undefined) =>
  other !== undefined && Date.parse(other) > Date.parse(time) ? other : time;

/** Inside one boot, evidence does not go back in time when the terminal's clock does: its order is that of `seq`. */
const floorOfBoot = (report: PostureReport, previous: PostureAssessment | null): number =>
  previous?.evidence.bootId === report.bootId ? Date.parse(previous.evidence.observedAt) : 0;
