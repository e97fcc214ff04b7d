/** Clearing a finding: waiting never redeems, a person with a reason does. */
import * as z from 'zod';
import { CodeSchema } from '../../../core/contracts/identifiers.ts';
import { subjectDetail } from '../../../core/ledger/subject-story.ts';
import { clearAssessment } from '../../../core/posture/clear-assessment.ts';
import { clearFinding, mergeEvidence } from '../../../core/trust/merge-evidence.ts';
import { changeSubject, type Ground, type SubjectStep } from '../change-subject.ts';
import type { AdminParts } from '../parts.ts';
import { Refusal } from '../refusal.ts';
import { type Mount, route } from '../route.ts';
import { EntityParamsSchema, ReasonBodySchema, SubjectDocumentSchema } from '../schemas.ts';
import { subjectReply } from '../subject-document.ts';

export const findingRoutes = (parts: AdminParts): readonly Mount[] => [
  route({
    method: 'post',
    path: '/v1/entities/{kind}/{id}/findings/{code}/clear',
    operation: 'subjects.clear-finding',
    summary: 'Clears a finding, with a reason',
    params: z.strictObject({ ...EntityParamsSchema.shape, code: CodeSchema }),
    body: ReasonBodySchema,
    answers: { status: 200, schema: SubjectDocumentSchema },
    handle: async ({ caller, params: { code, ...ref }, body }) => {
      const clearance = { person: caller.subject, reason: body.reason };
      return subjectReply(await changeSubject(parts, caller, ref, (ground) => clear(ground, code, clearance)));
    },
  }),
];

function clear({ ref, before }: Ground, code: string, clearance: { person: string; reason: string }): SubjectStep {
  const fromEvidence = clearFinding(before.evidence, code, clearance);
  const fromAssessment = before.assessment === null ? null : clearAssessment(before.assessment, code, clearance);
  if (!fromEvidence.ok && fromAssessment?.ok !== true) {
    throw new Refusal(404, 'ERR_FINDING_UNKNOWN', 'no evidence of this subject holds the finding');
  }
  const assessment = fromAssessment?.ok === true ? fromAssessment.value : before.assessment;
  const held = fromEvidence.ok ? fromEvidence.value : before.evidence;
  // What the next report starts from and what trust is judged on are cleared together, or it would come back by itself.
  const evidence = fromAssessment?.ok === true ? mergeEvidence(held, fromAssessment.value.evidence).evidence : held;
  return {
    cause: 'finding-cleared',
    known: { ...before, assessment, evidence },
    story: [
      {
        event: 'finding-cleared',
        outcome: 'success',
        subject: ref,
        reasons: [code],
        details: { by: clearance.person, reason: clearance.reason },
      },
    ],
    news: [{ type: 'finding.cleared', detail: { ...subjectDetail(ref), code } }],
  };
}
