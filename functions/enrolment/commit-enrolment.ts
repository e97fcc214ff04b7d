/**
 * Second phase: the certificate becomes the one in force, everywhere and in one step. Earlier certificates of the subject
 * end with it: a claim is its owner's word that this key, and no other, is the subject's from now on.
 */
import type { X509Certificate } from 'node:crypto';
import type { AuditEntry } from '../../core/contracts/audit-record.ts';
import { type EntityRef, refKey, siteOf, timestamp } from '../../core/contracts/identifiers.ts';
import type { CertificateStatus } from '../../core/contracts/site-state.ts';
import type { TrustEvidence } from '../../core/contracts/trust.ts';
import { VitalgateError } from '../../core/errors.ts';
import { judgeSubject } from '../../core/ledger/judge-subject.ts';
import type { LedgerIntent } from '../../core/ledger/ledger-intent.ts';
import type { CertificateRecord } from '../../core/ledger/ledger-write.ts';
import { isProtected } from '../../core/ledger/protected.ts';
import { newSubjectRecord, type SubjectRecord } from '../../core/ledger/subject-record.ts';
import { subjectDetail } from '../../core/ledger/subject-story.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { sha256Hex } from '../../core/signing/digest.ts';
import { mergeEvidence } from '../../core/trust/merge-evidence.ts';
import type { SiteFacts } from '../adapters/ports/site-reader.ts';
import type { Container } from './container.ts';

const MAX_ATTEMPTS = 5;
/** As many as a subject's state holds. */
const MAX_CERTIFICATES = 8;
/** Someone handed the claim over: one observation of who this is. */
const HANDED_OVER_MILLI = 1_000;

export async function commitEnrolment(
  ref: EntityRef,
  certificate: X509Certificate,
  container: Container,
): Promise<Result<'enrolled' | 'repeated', 'subject-unknown'>> {
  const site = siteOf(ref.id);
  const record = certificateRecord(ref, certificate);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const facts = await container.reader.load({ site, refs: [ref], thumbprints: [record.thumbprint] });
    if (facts.certificates.has(record.thumbprint)) return success('repeated');
    const intent = await judgeEnrolment(ref, record, facts, container);
    if (intent === undefined) return failure('subject-unknown', 'the subject is not registered');
    if ((await container.ledger.commit(site, [intent], facts.ledger)).ok) return success('enrolled');
  }
  throw new VitalgateError('ERR_SUBJECT_BUSY', 'the subject keeps changing; try again');
}

async function judgeEnrolment(
  ref: EntityRef,
  issued: CertificateRecord,
  facts: SiteFacts,
  { reference, surroundings }: Container,
): Promise<LedgerIntent | undefined> {
  const entity = facts.entities.get(refKey(ref));
  if (entity === undefined) return undefined;
  const before = facts.subjects.get(refKey(ref)) ?? newSubjectRecord(ref);
  const nowMs = surroundings.nowMs();
  const ended = before.certificates.filter(({ status }) => status === 'active').map(({ thumbprint }) => thumbprint);
  const { protections } = await reference.at(siteOf(ref.id), facts.ledger.policyRevision);
  const judgement = judgeSubject({
    before,
    known: {
      ...before,
      state: before.state === 'registered' ? 'enrolled' : before.state,
      certificates: certificatesAfter(before, issued, nowMs),
      evidence: mergeEvidence(before.evidence, handedOver(ref, surroundings.randomUuid(), nowMs)).evidence,
    },
    entity,
    hasProtection: isProtected(ref, protections, nowMs),
    nowMs,
    cause: 'entity-enrolled',
    story: [enrolled(ref, issued, ended.length)],
    news: [{ type: 'device.enrolled', detail: { ...subjectDetail(ref), thumbprint: issued.thumbprint } }],
  });
  return {
    ...judgement.intent,
    writes: [
      ...judgement.intent.writes,
      { write: 'put-certificate', certificate: issued },
      ...ended.map((thumbprint) => ({ write: 'revoke-certificate' as const, thumbprint })),
    ],
    effects: [
      ...judgement.intent.effects,
      ...ended.map((thumbprint) => ({ effect: 'deactivate-certificate' as const, thumbprint, clientId: ref.id })),
    ],
  };
}

function certificateRecord(ref: EntityRef, certificate: X509Certificate): CertificateRecord {
  return {
    thumbprint: sha256Hex(certificate.raw),
    serial: certificate.serialNumber.toLowerCase(),
    ref,
    notAfter: timestamp(certificate.validToDate.getTime()),
    status: 'active',
    pem: certificate.toString(),
  };
}

/** The new one first; of those that end, as many as there is room for and as could still be shown. */
function certificatesAfter(
  { certificates }: SubjectRecord,
  { thumbprint, serial, notAfter }: CertificateRecord,
  nowMs: number,
): CertificateStatus[] {
  const earlier = certificates
    .filter((one) => nowMs < Date.parse(one.notAfter))
    .map((one): CertificateStatus => ({ ...one, status: 'revoked' }));
  return [{ thumbprint, serial, notAfter, status: 'active' as const }, ...earlier].slice(0, MAX_CERTIFICATES);
}

const handedOver = (subject: EntityRef, bootId: string, nowMs: number): TrustEvidence => ({
  schema: 'vitalgate.trust-evidence/1',
  subject,
  source: 'enrolment',
  factor: 'identity',
  bootId,
  seq: 0,
  observedAt: timestamp(nowMs),
  positiveMilli: HANDED_OVER_MILLI,
  negativeMilli: 0,
  findings: [],
});

const enrolled = (ref: EntityRef, issued: CertificateRecord, ended: number): AuditEntry => ({
  event: `${ref.kind}-enrolled`,
  outcome: 'success',
  subject: ref,
  reasons: [],
  details: { thumbprint: issued.thumbprint, serial: issued.serial, notAfter: issued.notAfter, ended },
});
