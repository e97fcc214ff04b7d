/** What the security owner saw with their own eyes: of systems that do not report, and of people. */
import * as z from 'zod';
import { PostureFactorSchema } from '../../../core/contracts/posture-report.ts';
import { assessSystem, type StatedFactor, vouchForUser } from '../assess-in-person.ts';
import { changeSubject } from '../change-subject.ts';
import type { AdminParts } from '../parts.ts';
import { Refusal } from '../refusal.ts';
import { type Mount, route } from '../route.ts';
import { EntityParamsSchema, ReasonSchema, SubjectDocumentSchema } from '../schemas.ts';
import { subjectReply } from '../subject-document.ts';

const MAX_FACTORS = 32;

/** A person says what was seen; when, by whom and how is the server's to say. */
const StatedFactorSchema = z.discriminatedUnion('factor', [
  statedOption(0),
  ...PostureFactorSchema.options.slice(1).map((_, index) => statedOption(index + 1)),
]);

function statedOption(index: number) {
  const option = PostureFactorSchema.options[index] ?? PostureFactorSchema.options[0];
  return (option as z.ZodObject<z.ZodRawShape>).omit({ observedAt: true, source: true, provenance: true });
}

const AssessmentBodySchema = z.strictObject({
  reason: ReasonSchema,
  factors: z.array(StatedFactorSchema).min(1).max(MAX_FACTORS).optional(),
});

export const assessmentRoutes = (parts: AdminParts): readonly Mount[] => [
  route({
    method: 'post',
    path: '/v1/entities/{kind}/{id}/assessment',
    operation: 'subjects.assess',
    summary: 'Records what a person saw of a system, or vouches for a person',
    params: EntityParamsSchema,
    body: AssessmentBodySchema,
    answers: { status: 200, schema: SubjectDocumentSchema },
    handle: async ({ caller, params, body }) => {
      if (params.kind === 'device') {
        throw new Refusal(
          409,
          'ERR_ASSESSMENT_BY_REPORT',
          'devices are assessed by what they and their gateways report',
        );
      }
      if ((params.kind === 'user') !== (body.factors === undefined)) {
        throw new Refusal(422, 'ERR_BODY_INVALID', 'systems are assessed by factors, people are vouched for without', [
          { path: 'factors', message: params.kind === 'user' ? 'not for people' : 'required for systems' },
        ]);
      }
      const word = { by: caller.subject, reason: body.reason, statementId: parts.surroundings.randomUuid() };
      const factors = body.factors as readonly StatedFactor[] | undefined;
      const record = await changeSubject(parts, caller, params, (ground) =>
        factors === undefined ? vouchForUser(ground, word) : assessSystem(ground, word, factors),
      );
      return subjectReply(record);
    },
  }),
];
