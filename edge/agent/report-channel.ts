/**
 * One way for reports to leave, independent of the others. While it is down reports wait in order: changes are kept, of
 * routine reports in a row only the newest, and when there are too many the oldest goes.
 */
import type { Backoff } from './backoff.ts';
import { type AgentLog, faultOf } from './log.ts';
import type { BuiltReport } from './report-builder.ts';

const MAX_WAITING = 64;

export type ReportCause = 'routine' | 'change';

/** `refused`: will never be taken, whatever happens; sending it again is of no use. */
export type SendOutcome = { readonly outcome: 'taken' } | { readonly outcome: 'refused'; readonly code: string };

export interface ReportChannelOptions {
  readonly name: string;
  /** Rejects when it may work later. */
  readonly send: (report: BuiltReport) => Promise<SendOutcome>;
  readonly backoff: Backoff;
  readonly log: AgentLog;
}

export class ReportChannel {
  readonly #options: ReportChannelOptions;
  readonly #waiting: { readonly report: BuiltReport; readonly cause: ReportCause }[] = [];
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;
  #wake: (() => void) | null = null;

  constructor(options: ReportChannelOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  offer(report: BuiltReport, cause: ReportCause): void {
    if (this.#closing.signal.aborted) return;
    // The first one may be on its way right now and is left alone.
    const last = this.#waiting.length > 1 ? this.#waiting.at(-1) : undefined;
    if (cause === 'routine' && last?.cause === 'routine') this.#waiting.pop();
    this.#waiting.push({ report, cause });
    if (this.#waiting.length > MAX_WAITING) this.#waiting.splice(this.#running === null ? 0 : 1, 1);
    this.#start();
  }

  /** Try again now: the other side was seen alive. */
  wake(): void {
    this.#wake?.();
  }

  close(): void {
    this.#closing.abort();
    this.#wake?.();
  }

  #start(): void {
    if (this.#waiting.length === 0 || this.#closing.signal.aborted) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      // Something may have been offered after the last look.
      this.#start();
    });
  }

  async #run(): Promise<void> {
    const { send, name, log, backoff } = this.#options;
    for (let next = this.#waiting[0]; next !== undefined && !this.#closing.signal.aborted; next = this.#waiting[0]) {
      const { seq } = next.report;
      try {
        const result = await send(next.report);
        this.#waiting.shift();
        backoff.reset();
        if (result.outcome === 'taken') log('info', 'report-sent', { channel: name, seq, cause: next.cause });
        else log('warn', 'report-refused', { channel: name, seq, refusal: result.code });
      } catch (cause) {
        if (this.#closing.signal.aborted) break;
        log('warn', 'report-delayed', { channel: name, seq, waiting: this.#waiting.length, ...faultOf(cause) });
        await this.#pause(backoff.next());
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
