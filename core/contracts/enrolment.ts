/** What a terminal or system sends to enrol, and what it is given: `POST /v1/enrolments`. @see RFC 7030 §4.2 */
import * as z from 'zod';
import { EntityRefSchema } from './identifiers.ts';

const pem = z.string().startsWith('-----BEGIN CERTIFICATE-----');

export const EnrolmentRequestSchema = z
  .strictObject({
    subject: EntityRefSchema,
    /** The one-time claim, as its installer was given it. */
    claim: z.string().min(1).max(128),
    /** PKCS #10 in PEM, or base64 of its DER. */
    csr: z.string().min(1).max(16_384),
  })
  .readonly();
export type EnrolmentRequest = z.infer<typeof EnrolmentRequestSchema>;

/** Authorities by what they issue for. */
export const AnchorsSchema = z
  .strictObject({
    root: z.array(pem).min(1),
    device: z.array(pem),
    gateway: z.array(pem).min(1),
    resource: z.array(pem),
  })
  .readonly();
export type Anchors = z.infer<typeof AnchorsSchema>;

/** Public keys that sign bundles, state and commands. @see RFC 7517 §5 */
export const KeySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional() })) });

export const EnrolmentAnswerSchema = z
  .strictObject({
    schema: z.literal('vitalgate.enrolment/1'),
    subject: EntityRefSchema,
    certificate: pem,
    /** The issuing authorities, in order; without the root. */
    chain: z.array(pem),
    anchors: AnchorsSchema,
    keys: KeySetSchema,
    /** Where to report: `mqtts://host:port`. */
    mqtt: z.url({ protocol: /^mqtts$/ }),
  })
  .readonly();
export type EnrolmentAnswer = z.infer<typeof EnrolmentAnswerSchema>;
