/** What waits for the cloud beside the audit chain: one log of lines a topic, written in groups, delivered later. */
import { LineLog } from './line-log.ts';

export const OUTBOX_TOPICS = ['flows', 'sessions', 'evidence', 'health'] as const;
export type OutboxTopic = (typeof OUTBOX_TOPICS)[number];

const SEGMENT_BYTES = 1024 * 1024;

export class Outbox {
  readonly #logs: ReadonlyMap<OutboxTopic, LineLog>;
  readonly #onFault: (topic: OutboxTopic, error: Error) => void;

  private constructor(logs: ReadonlyMap<OutboxTopic, LineLog>, onFault: (topic: OutboxTopic, error: Error) => void) {
    this.#logs = logs;
    this.#onFault = onFault;
  }

  /** @param processName names the files, so that no two processes write to one */
  static async open(
    directory: string,
    processName: string,
    onFault: (topic: OutboxTopic, error: Error) => void,
  ): Promise<Outbox> {
    const logs = new Map<OutboxTopic, LineLog>();
    for (const topic of OUTBOX_TOPICS) {
      const prefix = `${topic}-${processName}`;
      logs.set(topic, await LineLog.open({ directory, prefix, segmentBytes: SEGMENT_BYTES, durable: false }));
    }
    return new Outbox(logs, onFault);
  }

  put(topic: OutboxTopic, message: object): void {
    const log = this.#logs.get(topic);
    if (log === undefined) return;
    if (log.fault !== null) this.#onFault(topic, log.fault);
    log.append(JSON.stringify(message), null);
  }

  async close(): Promise<void> {
    for (const log of this.#logs.values()) await log.close();
  }
}
