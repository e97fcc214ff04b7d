/** Sessions in memory: a later word replaces an earlier one, never the other way. */
import type {
  KeptSession,
  SessionAlarm,
  SessionRecord,
  SessionStore,
} from '../../functions/adapters/ports/session-store.ts';

export class FakeSessionStore implements SessionStore {
  readonly sessions = new Map<string, KeptSession>();

  keep(session: SessionRecord, alarm: SessionAlarm | null): Promise<void> {
    const held = this.sessions.get(session.sessionId);
    this.sessions.set(session.sessionId, {
      session: held !== undefined && held.session.seq >= session.seq ? held.session : session,
      alarm: alarm !== null && (held?.alarm?.seq ?? 0) < alarm.seq ? alarm : (held?.alarm ?? null),
    });
    return Promise.resolve();
  }
}
