/** The audit trail as it is kept: records under writer and number, where each chain is verified to, and checkpoints. */
import * as z from 'zod';
import {
  AUDIT_GENESIS_HASH,
  type AuditRecord,
  AuditRecordSchema,
  AuditWriterSchema,
} from '../../../core/contracts/audit-record.ts';
import {
  CodeSchema,
  Sha256Schema,
  type SiteId,
  SiteIdSchema,
  TimestampSchema,
} from '../../../core/contracts/identifiers.ts';

/** How far one writer's chain has been followed and found to hold. */
export const AuditChainSchema = z
  .strictObject({
    site: SiteIdSchema,
    writer: AuditWriterSchema,
    /** Grows by one with every change: a change on older ground is refused. */
    version: z.int().nonnegative(),
    /** The last record that is held with all before it, each naming the one before; 0 before the first. */
    seq: z.int().nonnegative(),
    hash: Sha256Schema,
    /** What the newest checkpoint covers. */
    checkpointSeq: z.int().nonnegative(),
    /** Since when a record is missing before others that are here. */
    gapSince: TimestampSchema.nullable(),
    /** Where it does not hold, and why: nothing behind it is ever vouched for. */
    broken: z.strictObject({ seq: z.int().positive(), code: CodeSchema }).nullable(),
  })
  .readonly();
export type AuditChain = z.infer<typeof AuditChainSchema>;

/** A writer's chain before its first record; version 0 is not stored. */
export const newAuditChain = (site: SiteId, writer: string): AuditChain => ({
  site,
  writer,
  version: 0,
  seq: 0,
  hash: AUDIT_GENESIS_HASH,
  checkpointSeq: 0,
  gapSince: null,
  broken: null,
});

/** What is kept under a record's number, as far as it still can be read. */
export const readAuditRecord = (stored: unknown): AuditRecord | undefined => AuditRecordSchema.safeParse(stored).data;

export interface AuditTrail {
  /** @returns `held` when this very record was kept before, `forked` when another one was under this number */
  keep(record: AuditRecord): Promise<'kept' | 'held' | 'forked'>;
  /** What is stored under a number, unjudged. */
  record(writer: string, seq: number): Promise<unknown>;
  /** The next records in order, at most `limit`, unjudged. */
  recordsAfter(writer: string, seq: number, limit: number): Promise<readonly unknown[]>;
  chain(site: SiteId, writer: string): Promise<AuditChain | undefined>;
  chains(site: SiteId): Promise<readonly AuditChain[]>;
  /** @param chain with the version after the one that was read @returns false when someone else was faster */
  putChain(chain: AuditChain): Promise<boolean>;
  /** @param token compact JWS of an AuditCheckpoint; the first of a number is kept */
  keepCheckpoint(writer: string, seq: number, token: string): Promise<void>;
}
