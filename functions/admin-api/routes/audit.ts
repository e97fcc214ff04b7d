/** The audit trail, told in order. */
import * as z from 'zod';
import { EntityRefSchema, TimestampSchema, timestamp } from '../../../core/contracts/identifiers.ts';
import { ownRef } from '../own-site.ts';
import type { AdminParts } from '../parts.ts';
import { type Mount, route } from '../route.ts';
import { AuditDocumentSchema, listOf, pageQuery } from '../schemas.ts';

/** `device/north:pump-3` */
const SubjectSchema = z
  .string()
  .regex(/^[a-z]+\/[^/]+$/)
  .transform((text) => {
    const [kind, id] = text.split('/');
    return { kind, id };
  })
  .pipe(EntityRefSchema);

const AuditQuerySchema = z.strictObject({
  ...pageQuery,
  subject: SubjectSchema.optional(),
  from: TimestampSchema.optional(),
});

export const auditRoutes = (parts: AdminParts): readonly Mount[] => [
  route({
    method: 'get',
    path: '/v1/audit',
    operation: 'audit.read',
    summary: 'Reads the audit trail in order',
    query: AuditQuerySchema,
    answers: { status: 200, schema: listOf(AuditDocumentSchema) },
    handle: async ({ caller, query: { subject, from, ...page } }) => {
      const { items, cursor } = await parts.audit.page(caller.site, {
        ...page,
        about: subject === undefined ? undefined : ownRef(caller, subject),
        // In the one form in which times are stored: they are compared as text.
        from: from === undefined ? undefined : timestamp(Date.parse(from)),
      });
      return { status: 200, body: { items, cursor: cursor ?? null } };
    },
  }),
];
