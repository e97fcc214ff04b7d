/** Follows a chain over the records that come next, as far as it holds. */
import type { AuditRecord } from '../../core/contracts/audit-record.ts';
import { type AuditChain, readAuditRecord } from '../adapters/ports/audit-trail.ts';
import { hasOwnHash } from './own-hash.ts';

export interface ChainExtension {
  readonly chain: AuditChain;
  /** Records are here that come after one that is not. */
  readonly gap: boolean;
}

export const breakChain = (chain: AuditChain, seq: number, code: string): AuditChain => ({
  ...chain,
  broken: { seq, code },
});

/** @param stored what is kept under the numbers after the chain's, in order, unjudged */
export function extendChain(chain: AuditChain, stored: readonly unknown[]): ChainExtension {
  let known = chain;
  for (const one of stored) {
    if (known.broken !== null) break;
    const expected = known.seq + 1;
    const record = readAuditRecord(one);
    if (record === undefined) return { chain: breakChain(known, expected, 'audit-malformed'), gap: false };
    if (record.seq > expected) return { chain: known, gap: true };
    const fault = faultOf(known, record);
    known = fault === null ? { ...known, seq: record.seq, hash: record.hash } : breakChain(known, expected, fault);
  }
  return { chain: known, gap: false };
}

function faultOf({ site, writer, seq, hash }: AuditChain, record: AuditRecord): string | null {
  if (record.site !== site || record.writer !== writer) return 'audit-foreign-writer';
  if (record.seq !== seq + 1 || record.previousHash !== hash) return 'audit-altered';
  return hasOwnHash(record) ? null : 'audit-altered';
}
