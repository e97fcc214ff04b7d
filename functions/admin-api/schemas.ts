/** Shapes that several routes share. Strict: an unknown member is a mistake of whoever wrote it. */
import * as z from 'zod';
import { AuditRecordSchema } from '../../core/contracts/audit-record.ts';
import { EntitySchema } from '../../core/contracts/entities.ts';
import {
  EntityIdSchema,
  EntityKindSchema,
  EntityRefSchema,
  TimestampSchema,
} from '../../core/contracts/identifiers.ts';
import { FindingSchema, LifecycleStateSchema, PostureGradeSchema } from '../../core/contracts/levels.ts';
import { SubjectStateSchema } from '../../core/contracts/site-state.ts';
import { EvidenceSourceSchema } from '../../core/contracts/trust.ts';

/** Under one name each in the OpenAPI document, not written out at every route. */
const named = <Schema extends z.ZodType>(id: string, schema: Schema): Schema => schema.meta({ id });

export const EntityDocumentSchema = named('Entity', EntitySchema);
export const AuditDocumentSchema = named('AuditRecord', AuditRecordSchema);

export const ProblemSchema = named(
  'Problem',
  z.object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  }),
);

/** A route that takes no query takes none at all. */
export const NoMembersSchema = z.strictObject({});

export const EntityParamsSchema = z.strictObject({ kind: EntityKindSchema, id: EntityIdSchema });

/** One or two sentences for those who read the audit trail later. */
const MAX_REASON = 400;
export const ReasonSchema = z.string().trim().min(1).max(MAX_REASON);
export const ReasonBodySchema = z.strictObject({ reason: ReasonSchema });

const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;
const MAX_CURSOR = 1024;

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: z.string().min(1).max(MAX_CURSOR).optional(),
} as const;
export const PageQuerySchema = z.strictObject(pageQuery);

export const listOf = (item: z.ZodType) => z.strictObject({ items: z.array(item), cursor: z.string().nullable() });

export const versioned = (value: z.ZodType) => z.strictObject({ value, version: z.int().nonnegative() });

export const SubjectDocumentSchema = named(
  'Subject',
  z.strictObject({
    schema: z.literal('vitalgate.subject/1'),
    /** The lifecycle state. */
    code: LifecycleStateSchema,
    state: SubjectStateSchema,
    assessment: z
      .strictObject({
        grade: PostureGradeSchema,
        findings: z.array(FindingSchema),
        assessedAt: TimestampSchema,
        source: EvidenceSourceSchema,
      })
      .nullable(),
    announcedAt: TimestampSchema.nullable(),
    dueAt: TimestampSchema.nullable(),
    version: z.int().nonnegative(),
  }),
);

export const ClaimAnswerSchema = z.strictObject({
  claim: z.string(),
  subject: EntityRefSchema,
  expiresAt: TimestampSchema,
});
