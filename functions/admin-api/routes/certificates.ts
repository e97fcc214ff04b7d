/** Revoking a certificate: every connection that rests on it ends, at gateways and at the broker. */
import * as z from 'zod';
import { Sha256Schema } from '../../../core/contracts/identifiers.ts';
import { changeSubject, type Ground, type SubjectStep } from '../change-subject.ts';
import type { AdminParts } from '../parts.ts';
import { Refusal } from '../refusal.ts';
import { revoke } from '../revoke-certificates.ts';
import { type Mount, route } from '../route.ts';
import { EntityParamsSchema, ReasonBodySchema, SubjectDocumentSchema } from '../schemas.ts';
import { subjectReply } from '../subject-document.ts';

export const certificateRoutes = (parts: AdminParts): readonly Mount[] => [
  route({
    method: 'post',
    path: '/v1/entities/{kind}/{id}/certificates/{thumbprint}/revoke',
    operation: 'certificates.revoke',
    summary: 'Revokes a certificate',
    params: z.strictObject({ ...EntityParamsSchema.shape, thumbprint: Sha256Schema }),
    body: ReasonBodySchema,
    answers: { status: 200, schema: SubjectDocumentSchema },
    handle: async ({ caller, params: { thumbprint, ...ref }, body }) => {
      const word = { by: caller.subject, reason: body.reason };
      return subjectReply(await changeSubject(parts, caller, ref, (ground) => revoked(ground, thumbprint, word)));
    },
  }),
];

function revoked({ ref, before }: Ground, thumbprint: string, word: { by: string; reason: string }): SubjectStep {
  const held = before.certificates.find((one) => one.thumbprint === thumbprint);
  if (held === undefined) throw new Refusal(404, 'ERR_CERTIFICATE_UNKNOWN', 'it holds no such certificate');
  if (held.status === 'revoked') throw new Refusal(409, 'ERR_CERTIFICATE_REVOKED', 'it is revoked already');
  const { certificates, ...revocation } = revoke(before, [thumbprint]);
  return {
    cause: 'certificate-revoked',
    known: { ...before, certificates },
    story: [
      {
        event: 'certificate-revoked',
        outcome: 'success',
        subject: ref,
        reasons: [],
        details: { ...word, thumbprint, serial: held.serial },
      },
    ],
    ...revocation,
  };
}
