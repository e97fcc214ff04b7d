/**
 * Enrolment: a one-time claim and a request become a certificate that the broker and every gateway know. The same request
 * may be sent again until its claim expires and is answered the same: a lost answer strands nobody. @see RFC 7030 §4.2
 */
import { EnrolmentRequestSchema } from '../../core/contracts/enrolment.ts';
import { refKey } from '../../core/contracts/identifiers.ts';
import { jsonAnswer, parseBody } from '../http/http-event.ts';
import { type HttpHandler, httpHandler } from '../http/http-handler.ts';
import { problemAnswer } from '../http/problem.ts';
import type { Container } from './container.ts';
import { type EnrolmentRefusal, enrol } from './enrol.ts';

/** A request has a few hundred bytes, one with an RSA key of 16,384 bits a few thousand. */
const MAX_BODY_BYTES = 32 * 1024;

const STATUS: Readonly<Record<EnrolmentRefusal, number>> = {
  'claim-unknown': 403,
  'claim-used': 403,
  'claim-expired': 403,
  'claim-foreign-subject': 403,
  'subject-unknown': 403,
  'subject-retired': 409,
  'subject-without-certificate': 400,
  'csr-malformed': 400,
  'csr-weak-key': 400,
  'csr-signature': 400,
  'csr-foreign-subject': 400,
  'csr-requests-ca': 400,
};

export function createHandler(container: Container): HttpHandler {
  return httpHandler(async (event) => {
    const request = parseBody(event, EnrolmentRequestSchema, MAX_BODY_BYTES);
    const answer = await enrol(request, container);
    if (answer.ok) return jsonAnswer(201, answer.value);
    container.metrics.count('EnrolmentRefused', { Code: answer.code });
    container.log.warn('claim-refused', { reason: answer.code, subject: refKey(request.subject) });
    return problemAnswer({ status: STATUS[answer.code], code: answer.code, detail: answer.message });
  }, container.log);
}
