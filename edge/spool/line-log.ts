/**
 * An append-only log of lines in numbered segments, written in groups: everything that was handed over while one write
 * was on its way goes out with the next one. A line's callback runs when the line is as durable as the log promises;
 * a line that nobody waits for goes with the next group, or soon.
 */
import { write } from 'node:fs';
import { preallocateSegment, renameSegment, type SegmentFile, sealSegment } from './segment-file.ts';

export interface LineLogOptions {
  readonly directory: string;
  /** File names are `PREFIX-000001.ndjson`; the segment made ahead of need ends in `.next`. */
  readonly prefix: string;
  readonly segmentBytes: number;
  /** `true`: a callback means the line is on the disk. `false`: the operating system has it. */
  readonly durable: boolean;
}

export type LineCallback = (error: Error | null) => void;

/** Each write costs the processor as much as a decision: under load this long is waited for company. */
const GROUP_INTERVAL_MS = 6;
/** What nobody waits for is written at the latest after this. */
const LAZY_MS = 50;

const segmentName = (prefix: string, number: number): string => `${prefix}-${String(number).padStart(6, '0')}.ndjson`;

export class LineLog {
  readonly #options: LineLogOptions;
  #segment: SegmentFile;
  #number = 1;
  #position = 0;
  #next: Promise<SegmentFile> | null = null;
  #lines: string[] = [];
  #callbacks: LineCallback[] = [];
  #busy = false;
  #timer: NodeJS.Timeout | null = null;
  #scheduled = false;
  #lastGroupMs = 0;
  #idle: (() => void)[] = [];
  #failed: Error | null = null;

  private constructor(options: LineLogOptions, segment: SegmentFile) {
    this.#options = options;
    this.#segment = segment;
  }

  static async open(options: LineLogOptions): Promise<LineLog> {
    const path = `${options.directory}/${segmentName(options.prefix, 1)}`;
    const segment = await preallocateSegment(path, options.segmentBytes, options.durable);
    return new LineLog(options, segment);
  }

  /** The failure that ended it, or null. */
  get fault(): Error | null {
    return this.#failed;
  }

  /** @param line without a line feed @param callback null when nothing waits for it */
  append(line: string, callback: LineCallback | null): void {
    if (this.#failed !== null) {
      callback?.(this.#failed);
      return;
    }
    this.#lines.push(line);
    if (callback !== null) this.#callbacks.push(callback);
    if (this.#busy) return;
    if (callback === null) this.#timer ??= setTimeout(() => this.#flush(), LAZY_MS);
    else this.#soon();
  }

  /** Resolves when all that was handed over until now has been written or has failed. */
  settled(): Promise<void> {
    if (!this.#busy && this.#lines.length === 0) return Promise.resolve();
    if (!this.#busy) this.#soon();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** At once after a quiet time; else when the interval since the last group is over. */
  #soon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const wait = GROUP_INTERVAL_MS - (performance.now() - this.#lastGroupMs);
    if (wait <= 0) setImmediate(() => this.#flush());
    else setTimeout(() => this.#flush(), wait);
  }

  /** Writes what is left, cuts off the unused rest and closes. */
  async close(): Promise<void> {
    await this.settled();
    await sealSegment(this.#segment, this.#position);
    const next = await this.#next;
    if (next) await sealSegment(next, 0);
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#busy || this.#lines.length === 0) return;
    this.#lastGroupMs = performance.now();
    const group = Buffer.from(`${this.#lines.join('\n')}\n`, 'utf8');
    const callbacks = this.#callbacks;
    this.#lines = [];
    this.#callbacks = [];
    this.#busy = true;
    if (this.#position + group.length <= this.#options.segmentBytes) {
      this.#write(group, callbacks);
      return;
    }
    const failed = (cause: unknown): void => {
      this.#failed = cause instanceof Error ? cause : new Error('rotation failed');
      this.#finish(callbacks, this.#failed);
    };
    this.#rotate().then(() => this.#write(group, callbacks), failed);
  }

  #write(group: Buffer, callbacks: readonly LineCallback[]): void {
    write(this.#segment.handle.fd, group, 0, group.length, this.#position, (error, bytes) => {
      if (error === null && bytes === group.length) {
        this.#position += bytes;
        this.#prepareNext();
      } else this.#failed = error ?? new Error('short write');
      this.#finish(callbacks, this.#failed);
    });
  }

  #finish(callbacks: readonly LineCallback[], error: Error | null): void {
    this.#busy = false;
    for (const callback of callbacks) callback(error);
    if (this.#lines.length > 0) {
      if (this.#callbacks.length > 0 || this.#idle.length > 0) this.#soon();
      else this.#timer ??= setTimeout(() => this.#flush(), LAZY_MS);
      return;
    }
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  /** Half a segment ahead of need, so that a rotation does not wait for the disk to fill a file. */
  #prepareNext(): void {
    if (this.#next !== null || this.#position < this.#options.segmentBytes / 2) return;
    this.#next = this.#makeNext();
    this.#next.catch(() => {
      this.#next = null;
    });
  }

  #makeNext(): Promise<SegmentFile> {
    const name = `${segmentName(this.#options.prefix, this.#number + 1)}.next`;
    return preallocateSegment(`${this.#options.directory}/${name}`, this.#options.segmentBytes, this.#options.durable);
  }

  async #rotate(): Promise<void> {
    const prepared = await (this.#next ?? this.#makeNext());
    this.#next = null;
    this.#number += 1;
    const path = `${this.#options.directory}/${segmentName(this.#options.prefix, this.#number)}`;
    const segment = await renameSegment(prepared, path);
    await sealSegment(this.#segment, this.#position);
    this.#segment = segment;
    this.#position = 0;
  }
}
