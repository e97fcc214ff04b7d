/** What the audit trail says of one subject since a moment, in the order in which it happened, in words. */

import * as z from 'zod';
import { type AuditRecord, AuditRecordSchema } from '../core/contracts/audit-record.ts';
import { type EntityRef, refKey } from '../core/contracts/identifiers.ts';
import type { ApiClient } from '../local/api-client.ts';

const PageSchema = z.object({ items: z.array(AuditRecordSchema), cursor: z.string().nullable() });

export interface StoryEntry {
  /** The record's own. */
  readonly hash: string;
  /** Milliseconds from the moment, by the clock of who wrote it. */
  readonly afterMs: number;
  readonly at: string;
  readonly event: string;
  readonly words: string;
  readonly reasons: readonly string[];
  readonly writer: string;
}

/**
 * Clocks differ: the gateway's is the signed time it has seen. So what is new is told by what was there before, not by
 * times alone.
 */
const CLOCK_MARGIN_MS = 60_000;

export class AuditStory {
  readonly #api: ApiClient;
  readonly #subject: EntityRef;
  readonly #since: Date;
  readonly #before: ReadonlySet<string>;

  private constructor(api: ApiClient, subject: EntityRef, since: Date, before: ReadonlySet<string>) {
    this.#api = api;
    this.#subject = subject;
    this.#since = since;
    this.#before = before;
  }

  /** The story from now on. */
  static async begin(api: ApiClient, subject: EntityRef): Promise<AuditStory> {
    const since = new Date();
    const before = await recordsSince(api, subject, since.getTime() - CLOCK_MARGIN_MS);
    return new AuditStory(api, subject, since, new Set(before.map(({ hash }) => hash)));
  }

  /** @param zero the moment from which times are counted */
  async entries(zero: Date): Promise<StoryEntry[]> {
    const records = await recordsSince(this.#api, this.#subject, this.#since.getTime() - CLOCK_MARGIN_MS);
    return records
      .filter(({ hash }) => !this.#before.has(hash))
      .map((record) => entryOf(record, zero))
      .sort((left, right) => left.afterMs - right.afterMs);
  }
}

async function recordsSince(api: ApiClient, subject: EntityRef, sinceMs: number): Promise<AuditRecord[]> {
  const records: AuditRecord[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = new URLSearchParams({
      subject: refKey(subject),
      from: new Date(sinceMs).toISOString(),
      limit: '200',
    });
    if (cursor !== '') query.set('cursor', cursor);
    const page = PageSchema.parse((await api.call({ method: 'GET', path: `/v1/audit?${query}` })).body);
    records.push(...page.items);
    cursor = page.cursor;
  }
  return records;
}

const entryOf = (record: AuditRecord, zero: Date): StoryEntry => ({
  hash: record.hash,
  afterMs: Date.parse(record.at) - zero.getTime(),
  at: record.at,
  event: record.event,
  words: inWords(record),
  reasons: record.reasons,
  writer: record.writer.startsWith('cloud:') ? 'control plane' : 'gateway',
});

const WORDS: Readonly<Record<string, (record: AuditRecord) => string>> = {
  'posture-assessed': ({ details, reasons }) =>
    `posture is ${details['grade']}: ${reasons.join(', ') || 'no findings'}`,
  'trust-changed': ({ details }) =>
    `trust is level ${details['level']}, score ${details['score']} (was level ${details['previousLevel'] ?? '-'})`,
  'state-changed': ({ details }) => `${details['from']} → ${details['to']}`,
  'session-cut': ({ resource, action, details }) =>
    `session ${action} to ${resource?.id} is cut${microseconds(details['microsFromOrder'])}`,
  'session-alarm': ({ resource, action, details }) =>
    `ALARM: session ${action} to ${resource?.id} would be cut, ${details['protection']} protects it; a person must look`,
  'session-denied': ({ resource, action, reasons }) =>
    `new session ${action} to ${resource?.id ?? 'somewhere'} is refused: ${reasons.join(', ')}`,
  'session-allowed': ({ resource, action }) => `new session ${action} to ${resource?.id} is allowed`,
  'quarantine-proposed': () => 'quarantine is proposed to a person',
};

const microseconds = (value: AuditRecord['details'][string] | undefined): string =>
  typeof value === 'number' ? `, ${(value / 1000).toFixed(1)} ms after the order came in` : '';

const inWords = (record: AuditRecord): string => WORDS[record.event]?.(record) ?? record.event.replaceAll('-', ' ');
