/** Whether a record is what its writer hashed. */
import { recordHash } from '../../core/audit/audit-chain.ts';
import type { AuditRecord } from '../../core/contracts/audit-record.ts';
import { readAuditRecord } from '../adapters/ports/audit-trail.ts';

/** A number that canonical JSON has no form for was never hashed by a writer. */
export function hasOwnHash(record: AuditRecord): boolean {
  try {
    return recordHash(record) === record.hash;
  } catch {
    return false;
  }
}

/** @returns undefined for what is no record, or not the one with this hash */
export function intactRecord(stored: unknown, hash: string): AuditRecord | undefined {
  const record = readAuditRecord(stored);
  return record?.hash === hash && hasOwnHash(record) ? record : undefined;
}
