/** What the audit trail says of one subject since a moment, in the order in which it happened, in words. */

import * as z from 'zod';
import { type AuditRecord, AuditRecordSchema } from '../core/contracts/audit-record.ts';
import { type EntityRef, refKey } from '../core/contracts/identifiers.ts';
import type { ApiClient } from '../local/api-client.ts';

const PageSchema = z.object({ items: z.array(AuditRecordSchema), cursor: z.string().nullable() });

export interface StoryEntry {
  /** Milliseconds from the moment, by the clock of who wrote it. */
  readonly afterMs: number;
  readonly at: string;
  readonly event: string;
  readonly words: string;
  readonly reasons: readonly string[];
  readonly writer: string;
}

/** @param since entries before it are left out */
export async function auditStory(api: ApiClient, subject: EntityRef, since: Date): Promise<StoryEntry[]> {
  const records: AuditRecord[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = new URLSearchParams({ subject: refKey(subject), from: since.toISOString(), limit: '200' });
    if (cursor !== '') query.set('cursor', cursor);
    const page = PageSchema.parse((await api.call({ method: 'GET', path: `/v1/audit?${query}` })).body);
    records.push(...page.items);
    cursor = page.cursor;
  }
  return records.map((record) => entryOf(record, since)).sort((left, right) => left.afterMs - right.afterMs);
}

const entryOf = (record: AuditRecord, since: Date): StoryEntry => ({
  afterMs: Date.parse(record.at) - since.getTime(),
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
