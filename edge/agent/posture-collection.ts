/** All collectors together: what was collected last of each factor, made new as a whole or in one part. */
import { type Timestamp, timestamp } from '../../core/contracts/identifiers.ts';
import type { PostureFactor, PostureFactorName } from '../../core/contracts/posture-report.ts';
import { type AnyCollector, statement } from './collectors/collector.ts';
import { type AgentLog, faultOf } from './log.ts';

export class PostureCollection {
  readonly #collectors: readonly AnyCollector[];
  readonly #held = new Map<PostureFactorName, PostureFactor>();
  readonly #nowMs: () => number;
  readonly #log: AgentLog;

  constructor(collectors: readonly AnyCollector[], nowMs: () => number, log: AgentLog) {
    this.#collectors = collectors;
    this.#nowMs = nowMs;
    this.#log = log;
  }

  /** @param only these factors are collected, the others stay as they were observed @returns what is held of all */
  async collect(only?: ReadonlySet<PostureFactorName>): Promise<readonly PostureFactor[]> {
    const due = this.#collectors.filter(({ factor }) => only === undefined || only.has(factor));
    await Promise.all(due.map((collector) => this.#collectOne(collector)));
    return [...this.#held.values()];
  }

  /** A part that fails is left out: yesterday's good value must not stand for what cannot be seen today. */
  async #collectOne(collector: AnyCollector): Promise<void> {
    const { factor } = collector;
    const observedAt: Timestamp = timestamp(this.#nowMs());
    try {
      const value = await collector.collect();
      if (value === undefined) this.#held.delete(factor);
      else this.#held.set(factor, statement(factor, value, observedAt));
    } catch (cause) {
      this.#held.delete(factor);
      this.#log('warn', 'collector-failed', { factor, ...faultOf(cause) });
    }
  }
}
