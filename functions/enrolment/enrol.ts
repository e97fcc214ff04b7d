/** The steps of one enrolment. Each finds what an earlier attempt has left, so that it can be tried again from the start. */
import { X509Certificate } from 'node:crypto';
import type { EnrolmentAnswer, EnrolmentRequest } from '../../core/contracts/enrolment.ts';
import { refKey, siteOf, timestamp } from '../../core/contracts/identifiers.ts';
import { CERTIFICATE_PURPOSES, PURPOSE_PROFILES } from '../../core/identity/certificate-purposes.ts';
import type { CertificateRequestFailure } from '../../core/identity/certificate-request.ts';
import { type CertificateRequest, parseCertificateRequest } from '../../core/identity/certificate-request.ts';
import { type ClaimFailure, claimDigest, isClaim, judgeClaim } from '../../core/identity/claim.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { HeldClaim } from '../adapters/ports/claim-store.ts';
import { commitEnrolment } from './commit-enrolment.ts';
import type { Container } from './container.ts';
import { issueFor } from './issue-for.ts';

export type EnrolmentRefusal =
  | ClaimFailure
  | CertificateRequestFailure
  | 'claim-foreign-subject'
  | 'subject-unknown'
  | 'subject-retired'
  | 'subject-without-certificate';

export async function enrol(
  { subject, claim, csr }: EnrolmentRequest,
  container: Container,
): Promise<Result<EnrolmentAnswer, EnrolmentRefusal>> {
  const purpose = CERTIFICATE_PURPOSES.find((one) => PURPOSE_PROFILES[one].kinds.includes(subject.kind));
  if (purpose === undefined) return failure('subject-without-certificate', `a ${subject.kind} gets no certificate`);
  const digest = isClaim(claim) ? claimDigest(claim) : undefined;
  const held = digest === undefined ? undefined : await container.claims.find(digest);
  if (digest === undefined || held === undefined) return failure('claim-unknown', 'no such claim');
  if (refKey(held.record.subject) !== refKey(subject)) {
    return failure('claim-foreign-subject', 'the claim was given for another subject');
  }
  const request = await parseCertificateRequest(csr, subject);
  if (!request.ok) return request;

  const facts = await container.reader.load({ site: siteOf(subject.id), refs: [subject] });
  const entity = facts.entities.get(refKey(subject));
  if (entity === undefined) return failure('subject-unknown', 'the subject is not registered');
  if (facts.subjects.get(refKey(subject))?.state === 'retired') {
    return failure('subject-retired', 'what is retired does not come back');
  }
  const reserved = await reserve(held, request.value, container);
  if (!reserved.ok) return reserved;

  const authority = container.authorities[purpose];
  const certificatePem =
    reserved.value.certificatePem ??
    (await container.claims.keepCertificate(
      digest,
      await issueFor({ entity, purpose, request: request.value }, container),
    ));
  await container.registry.admit(subject, certificatePem, authority.certificatePem);
  const committed = await commitEnrolment(subject, new X509Certificate(certificatePem), container);
  if (!committed.ok) return committed;
  container.metrics.count('EnrolmentIssued', { Kind: subject.kind });
  container.log.info('device-enrolled', { subject: refKey(subject), repeated: committed.value === 'repeated' });
  return success({
    schema: 'vitalgate.enrolment/1',
    subject,
    certificate: certificatePem,
    chain: [authority.certificatePem],
    anchors: container.anchors,
    keys: { keys: (await container.keys()).keys.map((key) => ({ ...key, kty: key.kty ?? 'EC' })) },
    mqtt: container.mqtt,
  });
}

/** First phase: from here on the claim is good for this very request only. */
async function reserve(
  held: HeldClaim,
  { digest: requestDigest }: CertificateRequest,
  { claims, surroundings }: Container,
): Promise<Result<HeldClaim, ClaimFailure>> {
  const { digest } = held.record;
  const nowMs = surroundings.nowMs();
  const judged = judgeClaim(held.record, digest, nowMs, requestDigest);
  if (!judged.ok) return judged;
  if (judged.value.repeated) return success(held);
  if (await claims.reserve(digest, { requestDigest, at: timestamp(nowMs) })) return success(held);
  // Someone was faster: with the same request that is this very enrolment, with another one the claim is spent.
  const now = await claims.find(digest);
  const again = judgeClaim(now?.record, digest, nowMs, requestDigest);
  if (!again.ok) return again;
  return now === undefined ? failure('claim-unknown', 'no such claim') : success(now);
}
