/** The audit table in memory, with the conditions of the real one. */
import type { AuditRecord } from '../../core/contracts/audit-record.ts';
import type { SiteId } from '../../core/contracts/identifiers.ts';
import type { AuditChain, AuditTrail } from '../../functions/adapters/ports/audit-trail.ts';

export class FakeAuditTrail implements AuditTrail {
  /** By writer and number. Tests may take away and alter. */
  readonly rows = new Map<string, Map<number, unknown>>();
  readonly known = new Map<string, AuditChain>();
  readonly checkpoints: { readonly writer: string; readonly seq: number; readonly token: string }[] = [];
  /** Set to make every write of a chain fail. */
  fault: Error | null = null;

  put(...records: readonly AuditRecord[]): void {
    for (const record of records) this.#of(record.writer).set(record.seq, record);
  }

  keep(record: AuditRecord): Promise<'kept' | 'held' | 'forked'> {
    const held = this.#of(record.writer).get(record.seq) as AuditRecord | undefined;
    if (held !== undefined) return Promise.resolve(held.hash === record.hash ? 'held' : 'forked');
    this.put(record);
    return Promise.resolve('kept');
  }

  record(writer: string, seq: number): Promise<unknown> {
    return Promise.resolve(this.#of(writer).get(seq));
  }

  recordsAfter(writer: string, seq: number, limit: number): Promise<readonly unknown[]> {
    const later = [...this.#of(writer)].filter(([number]) => number > seq).toSorted(([left], [right]) => left - right);
    return Promise.resolve(later.slice(0, limit).map(([, row]) => row));
  }

  chain(site: SiteId, writer: string): Promise<AuditChain | undefined> {
    return Promise.resolve(this.known.get(`${site} ${writer}`));
  }

  chains(site: SiteId): Promise<readonly AuditChain[]> {
    return Promise.resolve([...this.known.values()].filter((chain) => chain.site === site));
  }

  putChain(chain: AuditChain): Promise<boolean> {
    if (this.fault !== null) return Promise.reject(this.fault);
    const key = `${chain.site} ${chain.writer}`;
    if ((this.known.get(key)?.version ?? 0) !== chain.version - 1) return Promise.resolve(false);
    this.known.set(key, chain);
    return Promise.resolve(true);
  }

  keepCheckpoint(writer: string, seq: number, token: string): Promise<void> {
    this.checkpoints.push({ writer, seq, token });
    return Promise.resolve();
  }

  #of(writer: string): Map<number, unknown> {
    const rows = this.rows.get(writer) ?? new Map<number, unknown>();
    this.rows.set(writer, rows);
    return rows;
  }
}
