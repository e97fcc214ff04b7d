/**
 * When posture is collected and reported: as a whole by the timer and on demand, and its files at once when something
 * happens to them. One collection at a time; what comes up meanwhile is done right after.
 */
import type { PostureFactor, PostureFactorName } from '../../core/contracts/posture-report.ts';
import { type AgentLog, faultOf } from './log.ts';
import type { PostureCollection } from './posture-collection.ts';
import type { BuiltReport, ReportBuilder } from './report-builder.ts';
import type { ReportCause } from './report-channel.ts';

/** A file is still being written when its first event comes; most writes are done after this. */
const SETTLE_MS = 15;
/** Changes are reported at once, this many in a row; then, under a steady stream of them, one in every refill. */
const BURST = 10;
const REFILL_MS = 2_000;

const FILES: ReadonlySet<PostureFactorName> = new Set(['files']);

export interface PostureReporterOptions {
  readonly collection: PostureCollection;
  readonly builder: ReportBuilder;
  readonly offer: (report: BuiltReport, cause: ReportCause) => void;
  readonly intervalMs: number;
  readonly nowMs: () => number;
  readonly log: AgentLog;
}

export class PostureReporter {
  readonly #options: PostureReporterOptions;
  #due: 'nothing' | 'files' | 'everything' = 'nothing';
  #dueCause: ReportCause = 'routine';
  #running: Promise<void> | null = null;
  #settle: NodeJS.Timeout | null = null;
  #interval: NodeJS.Timeout | null = null;
  readonly #closing = new AbortController();
  #tokens = BURST;
  #tokensAtMs = performance.now();
  #reportedFiles = '';

  constructor(options: PostureReporterOptions) {
    this.#options = options;
  }

  /** Reports now, and from now on. */
  start(): void {
    this.#interval = setInterval(() => this.#demand('everything', 'routine'), this.#options.intervalMs);
    this.#demand('everything', 'routine');
  }

  /** Something happened to watched files. */
  filesChanged(): void {
    if (this.#closing.signal.aborted || this.#settle !== null) return;
    this.#settle = setTimeout(() => {
      this.#settle = null;
      this.#demand('files', 'change');
    }, this.#settleMs());
  }

  /** Collect everything and report it, whatever it says. */
  collectNow(): void {
    this.#demand('everything', 'change');
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#interval !== null) clearInterval(this.#interval);
    if (this.#settle !== null) clearTimeout(this.#settle);
    await this.#running;
  }

  #settleMs(): number {
    const now = performance.now();
    const refilled = Math.floor((now - this.#tokensAtMs) / REFILL_MS);
    if (refilled > 0) {
      this.#tokens = Math.min(BURST, this.#tokens + refilled);
      this.#tokensAtMs += refilled * REFILL_MS;
    }
    if (this.#tokens === 0) return Math.max(SETTLE_MS, this.#tokensAtMs + REFILL_MS - now);
    this.#tokens -= 1;
    return SETTLE_MS;
  }

  #demand(what: 'files' | 'everything', cause: ReportCause): void {
    if (this.#closing.signal.aborted) return;
    if (this.#due !== 'everything') this.#due = what;
    if (cause === 'change') this.#dueCause = 'change';
    this.#start();
  }

  #start(): void {
    if (this.#due === 'nothing' || this.#closing.signal.aborted) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      // Something may have come up after the last look.
      this.#start();
    });
  }

  async #run(): Promise<void> {
    while (this.#due !== 'nothing' && !this.#closing.signal.aborted) {
      const [due, cause] = [this.#due, this.#dueCause];
      this.#due = 'nothing';
      this.#dueCause = 'routine';
      try {
        await this.#report(due, cause);
      } catch (fault) {
        this.#options.log('error', 'agent-fault', faultOf(fault));
      }
    }
  }

  async #report(due: 'files' | 'everything', cause: ReportCause): Promise<void> {
    const { collection, builder, offer, nowMs, log } = this.#options;
    const factors = await collection.collect(due === 'files' ? FILES : undefined);
    if (factors.length === 0) return;
    const files = JSON.stringify(factors.find(isFiles)?.value ?? null);
    const filesDiffer = files !== this.#reportedFiles;
    // A touched file that is still the same is no news.
    if (due === 'files' && !filesDiffer) return;
    this.#reportedFiles = files;
    const report = builder.build(factors, nowMs());
    if (report.trimmed.length > 0) log('warn', 'report-trimmed', { factors: report.trimmed.join(' ') });
    offer(report, filesDiffer ? 'change' : cause);
  }
}

const isFiles = ({ factor }: PostureFactor): boolean => factor === 'files';
