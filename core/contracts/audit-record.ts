/** AuditRecord and its checkpoint: a hash chain per writer, told in order. @see core/audit */
import * as z from 'zod';
import { CodeSchema, EntityRefSchema, Sha256Schema, SiteIdSchema, TimestampSchema } from './identifiers.ts';

export const AUDIT_CHECKPOINT_TYP = 'vitalgate-audit-checkpoint+jws';
export const AUDIT_GENESIS_HASH = '0'.repeat(64);

/** `cloud:SITE` for the control plane; `GATEWAY-ID/BOOT-ID` for a gateway process. */
export const AuditWriterSchema = z.string().regex(/^[a-z0-9:/-]{3,160}$/);

export const AuditRecordSchema = z
  .strictObject({
    schema: z.literal('vitalgate.audit-record/1'),
    site: SiteIdSchema,
    writer: AuditWriterSchema,
    /** 1 for a writer's first record, then without a gap. */
    seq: z.int().positive(),
    at: TimestampSchema,
    /** What happened: `session-allowed`, `session-denied`, `session-cut`, `device-enrolled`, `trust-changed`. */
    event: CodeSchema,
    outcome: z.enum(['success', 'denied', 'alarm', 'failure']),
    subject: EntityRefSchema.optional(),
    action: z.string().max(128).optional(),
    resource: EntityRefSchema.optional(),
    sessionId: z.uuid().optional(),
    reasons: z.array(CodeSchema).max(64),
    /** Few, flat, no patient data, no secrets. */
    details: z.record(z.string().max(64), z.union([z.string().max(512), z.number(), z.boolean(), z.null()])),
    previousHash: Sha256Schema,
    /** SHA-256 of the canonical JSON of all else here. */
    hash: Sha256Schema,
  })
  .readonly();
export type AuditRecord = z.infer<typeof AuditRecordSchema>;
/** What a writer says; the chain adds the rest. */
export type AuditEntry = Pick<
  AuditRecord,
  'event' | 'outcome' | 'subject' | 'action' | 'resource' | 'sessionId' | 'reasons' | 'details'
>;

export const AuditCheckpointSchema = z
  .strictObject({
    schema: z.literal('vitalgate.audit-checkpoint/1'),
    site: SiteIdSchema,
    writer: AuditWriterSchema,
    seq: z.int().positive(),
    hash: Sha256Schema,
    at: TimestampSchema,
  })
  .readonly();
export type AuditCheckpoint = z.infer<typeof AuditCheckpointSchema>;
