/**
 * Where the ledger of one site stands: the one item that every change of the site passes, and so the one place where two
 * changes at once are told apart.
 */
import * as z from 'zod';
import { AUDIT_GENESIS_HASH } from '../contracts/audit-record.ts';
import { Sha256Schema, type SiteId, SiteIdSchema, TimestampSchema } from '../contracts/identifiers.ts';
import { GENESIS_DIGEST } from '../contracts/site-state.ts';

const count = z.int().nonnegative();

export const LedgerRecordSchema = z
  .strictObject({
    site: SiteIdSchema,
    /** Grows by one with every commit: what a commit is conditional on. */
    commits: count,
    epoch: z.int().positive(),
    seq: count,
    /** Of the update `seq`. */
    digest: Sha256Schema,
    bundleVersion: count,
    bundleDigest: Sha256Schema,
    /** When the bundle in force was sealed; `null` before the first. */
    bundledAt: TimestampSchema.nullable(),
    /** The content revision that the bundle in force was compiled from. */
    bundledRevision: count,
    /** Grows with every change of what a bundle is made of: no bundle compiled from older content is announced. */
    contentRevision: count,
    /** Grows with the part of the content that assessments and publishing read: policy table and gateways. */
    policyRevision: count,
    /** Where the audit chain `cloud:SITE` ends. */
    auditSeq: count,
    auditHash: Sha256Schema,
  })
  .readonly();
export type LedgerRecord = z.infer<typeof LedgerRecordSchema>;

/** A site before its first change. */
export const genesisLedger = (site: SiteId): LedgerRecord => ({
  site,
  commits: 0,
  epoch: 1,
  seq: 0,
  digest: GENESIS_DIGEST,
  bundleVersion: 0,
  bundleDigest: GENESIS_DIGEST,
  bundledAt: null,
  bundledRevision: 0,
  contentRevision: 0,
  policyRevision: 0,
  auditSeq: 0,
  auditHash: AUDIT_GENESIS_HASH,
});

/** The audit writer of the control plane at one site. */
export const cloudWriter = (site: SiteId): string => `cloud:${site}`;
