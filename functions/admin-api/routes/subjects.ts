/** What is known of an entity as a subject: state, trust with its contributions, findings. */
import { loadGround } from '../change-subject.ts';
import type { AdminParts } from '../parts.ts';
import { type Mount, route } from '../route.ts';
import { EntityParamsSchema, SubjectDocumentSchema } from '../schemas.ts';
import { subjectReply } from '../subject-document.ts';

export const subjectRoutes = (parts: AdminParts): readonly Mount[] => [
  route({
    method: 'get',
    path: '/v1/entities/{kind}/{id}/state',
    operation: 'subjects.read',
    summary: 'Reads state, trust and findings of an entity',
    params: EntityParamsSchema,
    answers: { status: 200, schema: SubjectDocumentSchema },
    handle: async ({ caller, params }) => subjectReply((await loadGround(parts, caller, params)).before),
  }),
];
