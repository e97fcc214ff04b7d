/** Verifies one writer's chain, from its first record to its last, against the checkpoints that were signed of it. */
import type { JSONWebKeySet } from 'jose';
import { type AuditCheckpoint, type AuditRecord, AuditRecordSchema } from '../contracts/audit-record.ts';
import { AUDIT_GENESIS, type AuditPosition, recordHash } from './audit-chain.ts';
import { openCheckpoint } from './checkpoint.ts';

export type AuditVerdictCode =
  | 'audit-chain-valid'
  | 'audit-empty'
  | 'audit-malformed'
  | 'audit-altered'
  | 'audit-dropped'
  | 'audit-reordered'
  | 'audit-duplicated'
  | 'audit-foreign-writer'
  | 'audit-forged-checkpoint'
  | 'audit-truncated';

export interface AuditVerdict {
  readonly valid: boolean;
  readonly code: AuditVerdictCode;
  /**
   * The sequence number at which the chain first fails to hold: the one expected there, not the one found. `null` when
   * it holds, when there is nothing to hold, or when a checkpoint that nobody signed names no place in it.
   */
  readonly firstBad: number | null;
}

const bad = (code: AuditVerdictCode, firstBad: number | null): AuditVerdict => ({ valid: false, code, firstBad });

/**
 * @param records as stored, in stored order; judged before they are trusted
 * @param checkpoints compact JWS, in any order
 *
 * - `audit-malformed`: not a record at all
 * - `audit-altered`: a record or its link to the one before is not what was hashed, or a checkpoint says otherwise
 * - `audit-dropped`, `audit-reordered`, `audit-duplicated`: a place holds a later record, a record that comes later
 *   should be here, or an earlier one comes again
 * - `audit-foreign-writer`: a record or checkpoint of another writer or site
 * - `audit-forged-checkpoint`: not signed as a checkpoint by a known key
 * - `audit-truncated`: a checkpoint covers records that are not here
 */
export function verifyChain(
  records: readonly unknown[],
  checkpoints: readonly string[],
  keys: JSONWebKeySet,
): Promise<AuditVerdict> {
  return Promise.resolve(judge(records, checkpoints, keys));
}

function judge(records: readonly unknown[], checkpoints: readonly string[], keys: JSONWebKeySet): AuditVerdict {
  const parsed = records.map((record) => AuditRecordSchema.safeParse(record).data);
  const [first] = parsed;
  if (records.length === 0 && checkpoints.length === 0) return bad('audit-empty', null);
  const broken = firstBreak(parsed);
  if (broken !== undefined) return broken;
  const chain = parsed.filter((record) => record !== undefined);
  for (const token of checkpoints) {
    const opened = openCheckpoint(token, keys);
    if (!opened.ok) return bad('audit-forged-checkpoint', null);
    const contradiction = contradicted(opened.value, chain, first);
    if (contradiction !== undefined) return contradiction;
  }
  return { valid: true, code: 'audit-chain-valid', firstBad: null };
}

function firstBreak(records: readonly (AuditRecord | undefined)[]): AuditVerdict | undefined {
  const [first] = records;
  let position: AuditPosition = AUDIT_GENESIS;
  for (const record of records) {
    const expected = position.seq + 1;
    if (record === undefined) return bad('audit-malformed', expected);
    if (record.writer !== first?.writer || record.site !== first.site) return bad('audit-foreign-writer', expected);
    if (hashOf(record) !== record.hash) return bad('audit-altered', expected);
    if (record.seq < expected) return bad('audit-duplicated', expected);
    if (record.seq > expected) {
      const comesLater = records.some((other) => other?.seq === expected);
      return bad(comesLater ? 'audit-reordered' : 'audit-dropped', expected);
    }
    if (record.previousHash !== position.hash) return bad('audit-altered', expected);
    position = record;
  }
  return undefined;
}

/** A number that canonical JSON has no form for was never hashed by a writer. */
function hashOf(record: AuditRecord): string | undefined {
  try {
    return recordHash(record);
  } catch {
    return undefined;
  }
}

function contradicted(
  checkpoint: AuditCheckpoint,
  chain: readonly AuditRecord[],
  first: AuditRecord | undefined,
): AuditVerdict | undefined {
  const { seq, hash, site, writer } = checkpoint;
  if (first !== undefined && (writer !== first.writer || site !== first.site)) return bad('audit-foreign-writer', seq);
  if (seq > chain.length) return bad('audit-truncated', chain.length + 1);
  return chain[seq - 1]?.hash === hash ? undefined : bad('audit-altered', seq);
}
