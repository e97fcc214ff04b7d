/**
 * The audit chain of one gateway process. A record's place in the chain is fixed when it is handed over; its callback
 * runs when it is on the disk, and nothing that it speaks of may take effect before that.
 */
import { appendAudit } from '../../core/audit/audit-chain.ts';
import { AUDIT_GENESIS_HASH, type AuditEntry } from '../../core/contracts/audit-record.ts';
import type { SiteId } from '../../core/contracts/identifiers.ts';
import { type LineCallback, LineLog } from './line-log.ts';
import { createStamp } from './stamp.ts';

const SEGMENT_BYTES = 4 * 1024 * 1024;
export const AUDIT_PREFIX = 'audit';

export interface AuditWriterOptions {
  readonly directory: string;
  readonly site: SiteId;
  /** `GATEWAY/BOOT-WORKER`. */
  readonly writer: string;
  /** Names the files. */
  readonly processName: string;
  readonly nowMs: () => number;
  readonly segmentBytes?: number;
}

export class AuditWriter {
  readonly #log: LineLog;
  readonly #identity: { readonly site: SiteId; readonly writer: string };
  readonly #nowMs: () => number;
  #position = { seq: 0, hash: AUDIT_GENESIS_HASH };
  readonly #stamp = createStamp();

  private constructor(log: LineLog, options: AuditWriterOptions) {
    this.#log = log;
    this.#identity = { site: options.site, writer: options.writer };
    this.#nowMs = options.nowMs;
  }

  static async open(options: AuditWriterOptions): Promise<AuditWriter> {
    const log = await LineLog.open({
      directory: options.directory,
      prefix: `${AUDIT_PREFIX}-${options.processName}`,
      segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
      durable: true,
    });
    return new AuditWriter(log, options);
  }

  /** Why records cannot be written, or null: while it is not null nothing may be admitted. */
  get fault(): Error | null {
    return this.#log.fault;
  }

  /** Records written so far by this process. */
  get count(): number {
    return this.#position.seq;
  }

  /** @param onDurable left out when nothing waits for the record: it follows within a moment */
  record(entry: AuditEntry, onDurable?: LineCallback): void {
    const record = appendAudit(this.#identity, this.#position, entry, this.#stamp(this.#nowMs()));
    this.#position = { seq: record.seq, hash: record.hash };
    this.#log.append(JSON.stringify(record), onDurable ?? null);
  }

  settled(): Promise<void> {
    return this.#log.settled();
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}
