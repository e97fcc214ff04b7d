/**
 * What gateways are told of a subject, and when it is worth telling: at once for whatever changes a decision, and at half
 * the life of what they hold, so that a conclusion that still holds never looks overdue.
 */
import { canonicalJson } from '../contracts/canonical-json.ts';
import { type Finding, SeveritySchema } from '../contracts/levels.ts';
import type { SubjectState } from '../contracts/site-state.ts';
import type { TrustEvidence } from '../contracts/trust.ts';
import { canonicalDigest } from '../signing/digest.ts';
import type { SubjectRecord } from './subject-record.ts';

/** Half of what one update may carry: a subject shares it with the trust state and the certificates. */
const MAX_SUBJECT_BYTES = 45 * 1024;

/** The subject as a gateway needs it, within what a message holds. */
export function subjectState(record: SubjectRecord): SubjectState {
  const { ref, state, certificates, assessment, deviationBand, trust } = record;
  const posture = assessment === null ? null : { grade: assessment.grade, assessedAt: assessment.assessedAt };
  const whole = { ref, state, certificates, posture, deviationBand, trust, evidence: record.evidence };
  let findings = Math.max(0, ...record.evidence.map((one) => one.findings.length));
  let told = whole;
  while (findings > 0 && Buffer.byteLength(canonicalJson(told)) > MAX_SUBJECT_BYTES) {
    findings = Math.floor(findings / 2);
    told = { ...whole, evidence: record.evidence.map((one) => withWorst(one, findings)) };
  }
  return told;
}

const rank = ({ severity }: Finding): number => SeveritySchema.options.indexOf(severity);

/** The least severe are left out first; what they weigh against the subject stays in the numbers. */
const withWorst = (one: TrustEvidence, count: number): TrustEvidence => ({
  ...one,
  findings: one.findings.toSorted((left, right) => rank(right) - rank(left)).slice(0, count),
});

/** True when a gateway that holds `announced` would decide or report otherwise if it held `next`. */
export function changesDecisions(announced: SubjectState | null, next: SubjectState): boolean {
  return announced === null || canonicalDigest(telling(announced)) !== canonicalDigest(telling(next));
}

const telling = ({ state, certificates, posture, deviationBand, trust, evidence }: SubjectState) => ({
  state,
  certificates: certificates.map(({ thumbprint, status }) => `${thumbprint} ${status}`),
  grade: posture?.grade ?? null,
  deviationBand,
  level: trust?.level ?? null,
  unmetCriteria: trust?.unmetCriteria ?? null,
  findings: evidence.flatMap(({ source, factor, findings }) =>
    findings.map(({ code }) => `${source} ${factor} ${code}`),
  ),
});

/** A lease is renewed at half its life. @see design.md 9.4 */
export function needsRenewal({ announced, announcedAt, trust }: SubjectRecord, nowMs: number): boolean {
  if (announced?.trust == null || announcedAt === null || trust === null) return false;
  const heldUntilMs = Date.parse(announced.trust.validUntil);
  const laterMs = Date.parse(trust.validUntil);
  return laterMs > heldUntilMs && nowMs >= (Date.parse(announcedAt) + heldUntilMs) / 2;
}
