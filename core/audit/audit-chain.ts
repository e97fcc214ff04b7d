/**
 * The audit trail as a hash chain per writer: each record names the hash of the one before it, so that nothing can be
 * altered, dropped, moved or put in between without breaking the chain behind it. `checkpoint.ts` signs where it ends.
 */
import { AUDIT_GENESIS_HASH, type AuditEntry, type AuditRecord } from '../contracts/audit-record.ts';
import type { EntityRef, SiteId, Timestamp } from '../contracts/identifiers.ts';
import { canonicalDigest } from '../signing/digest.ts';

export interface AuditWriter {
  readonly site: SiteId;
  /** `cloud:SITE`, or `GATEWAY-ID/BOOT-ID` for one run of a gateway. */
  readonly writer: string;
}

/** Where a chain ends: what the next record extends. The last record itself is one. */
export interface AuditPosition {
  /** 0 before the first record. */
  readonly seq: number;
  readonly hash: string;
}

export const AUDIT_GENESIS: AuditPosition = { seq: 0, hash: AUDIT_GENESIS_HASH };

/** SHA-256 of the canonical JSON of all of a record but its hash. */
export const recordHash = ({ hash: _, ...rest }: AuditRecord): string => canonicalDigest(rest);

const MAX_TEXT = 512;
const MAX_ACTION = 128;
const MAX_REASONS = 64;
const MAX_KEY = 64;

type Details = AuditEntry['details'];

const inOrder = ({ id, kind }: EntityRef): EntityRef => ({ id, kind });

/** What the contract has no room for is shortened, a fraction becomes text: an audit entry always finds its place. */
function fitting(details: Details): Details {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => [key.slice(0, MAX_KEY), fittingValue(value)] as const),
  );
}

function fittingValue(value: Details[string]): Details[string] {
  if (typeof value === 'string') return value.slice(0, MAX_TEXT);
  return typeof value === 'number' && !Number.isSafeInteger(value) ? String(value) : value;
}

/**
 * The record that extends the chain at `position`. Never throws and never refuses.
 * @example appendAudit({ site, writer: 'cloud:north' }, AUDIT_GENESIS, entry, timestamp(nowMs)).seq // 1
 */
export function appendAudit(
  { site, writer }: AuditWriter,
  position: AuditPosition,
  entry: AuditEntry,
  at: Timestamp,
): AuditRecord {
  // Members in canonical order, which spares the digest from sorting them.
  const body = {
    ...(entry.action === undefined ? {} : { action: entry.action.slice(0, MAX_ACTION) }),
    at,
    details: fitting(entry.details),
    event: entry.event,
    outcome: entry.outcome,
    previousHash: position.hash,
    reasons: entry.reasons.slice(0, MAX_REASONS),
    ...(entry.resource === undefined ? {} : { resource: inOrder(entry.resource) }),
    schema: 'vitalgate.audit-record/1' as const,
    seq: position.seq + 1,
    ...(entry.sessionId === undefined ? {} : { sessionId: entry.sessionId }),
    site,
    ...(entry.subject === undefined ? {} : { subject: inOrder(entry.subject) }),
    writer,
  };
  return { ...body, hash: canonicalDigest(body) };
}
