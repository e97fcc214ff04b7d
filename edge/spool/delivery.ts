/**
 * At-least-once delivery of everything spooled. The place in each file moves on only when the broker has confirmed, and
 * is kept on disk; what was confirmed but not yet noted when a process died is sent again, and the receiver drops it.
 */
import { readFile, unlink } from 'node:fs/promises';
import * as z from 'zod';
import { writeFileAtomically } from './atomic-file.ts';
import { AUDIT_PREFIX } from './audit-writer.ts';
import { OUTBOX_TOPICS } from './outbox.ts';
import { isFinished, listSegments, readLines } from './spool-reader.ts';

export const SPOOL_TOPICS = [AUDIT_PREFIX, ...OUTBOX_TOPICS] as const;
export type SpoolTopic = (typeof SPOOL_TOPICS)[number];

const CursorSchema = z.record(z.string(), z.int().nonnegative());

export interface DeliveryOptions {
  readonly directories: Readonly<Record<SpoolTopic, string>>;
  readonly cursorFile: string;
  /** Resolves when the broker has confirmed. */
  readonly publish: (topic: SpoolTopic, message: string) => Promise<void>;
  readonly runningProcesses: () => ReadonlySet<string>;
  readonly onDelivered: (topic: SpoolTopic, count: number) => void;
}

export class SpoolDelivery {
  readonly #options: DeliveryOptions;
  #cursor: Record<string, number>;

  private constructor(options: DeliveryOptions, cursor: Record<string, number>) {
    this.#options = options;
    this.#cursor = cursor;
  }

  static async open(options: DeliveryOptions): Promise<SpoolDelivery> {
    return new SpoolDelivery(options, await readCursor(options.cursorFile));
  }

  /** Sends all that waits. @returns lines delivered @throws what `publish` throws; the rest stays */
  async deliverOnce(): Promise<number> {
    let delivered = 0;
    for (const topic of SPOOL_TOPICS) {
      const directory = this.#options.directories[topic];
      const names = await listSegments(directory, topic);
      for (const name of names) delivered += await this.#deliverSegment(topic, directory, name, names);
    }
    return delivered;
  }

  /** Segments of the audit chain that were delivered whole and could be removed, oldest first. */
  async removableAuditSegments(): Promise<string[]> {
    const directory = this.#options.directories.audit;
    const names = await listSegments(directory, AUDIT_PREFIX);
    const removable: string[] = [];
    for (const name of names) {
      if (!isFinished(name, names, this.#options.runningProcesses())) continue;
      const path = `${directory}/${name}`;
      if ((await readLines(path, this.#cursor[name] ?? 0)).length === 0) removable.push(path);
    }
    return removable;
  }

  async #deliverSegment(topic: SpoolTopic, directory: string, name: string, names: readonly string[]): Promise<number> {
    const path = `${directory}/${name}`;
    let delivered = 0;
    for (;;) {
      const finished = isFinished(name, names, this.#options.runningProcesses());
      const lines = await readLines(path, this.#cursor[name] ?? 0);
      const last = lines.at(-1);
      if (last === undefined) {
        if (finished && topic !== AUDIT_PREFIX) await this.#remove(path, name);
        return delivered;
      }
      await Promise.all(lines.map((line) => this.#options.publish(topic, line.text)));
      this.#cursor[name] = last.end;
      await writeFileAtomically(this.#options.cursorFile, JSON.stringify(this.#cursor));
      delivered += lines.length;
      this.#options.onDelivered(topic, lines.length);
    }
  }

  async #remove(path: string, name: string): Promise<void> {
    await unlink(path);
    const { [name]: _gone, ...rest } = this.#cursor;
    this.#cursor = rest;
    await writeFileAtomically(this.#options.cursorFile, JSON.stringify(this.#cursor));
  }
}

/** An unreadable cursor means delivering again from the start: at least once, never less. */
async function readCursor(file: string): Promise<Record<string, number>> {
  try {
    const parsed = CursorSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}
