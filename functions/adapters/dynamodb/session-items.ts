/** How a session lies in the session table. */
import { type KeptSession, SessionAlarmSchema, SessionRecordSchema } from '../ports/session-store.ts';
import type { Item } from './documents.ts';

/** An item whose first word has not arrived yet does not exist: every word tells all of a session. */
export const keptSession = (item: Item): KeptSession => ({
  session: SessionRecordSchema.parse(item['record']),
  alarm: SessionAlarmSchema.nullable().parse(item['alarm'] ?? null),
});
