/** The open sessions of a gateway, indexed by everything a cause can name, so that finding what it touches is a look-up. */
import { type EntityRef, refKey } from '../contracts/identifiers.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import type { Session } from './session.ts';

export type { Session } from './session.ts';

class Index {
  readonly #ids = new Map<string, Set<string>>();

  add(key: string, id: string): void {
    this.#ids.set(key, (this.#ids.get(key) ?? new Set()).add(id));
  }

  remove(key: string, id: string): void {
    const ids = this.#ids.get(key);
    ids?.delete(id);
    if (ids?.size === 0) this.#ids.delete(key);
  }

  ids(key: string): Iterable<string> {
    return this.#ids.get(key) ?? [];
  }
}

export class SessionRegistry {
  readonly #sessions = new Map<string, Session>();
  readonly #bySubject = new Index();
  readonly #byEntity = new Index();
  readonly #byThumbprint = new Index();
  readonly #byPolicy = new Index();
  readonly #deadlines = new DeadlineQueue();

  /** Adds a session, or replaces the one with this id. */
  add(session: Session): void {
    this.remove(session.id);
    this.#sessions.set(session.id, session);
    this.#deadlines.set(session.id, session.deadlineMs);
    this.#bySubject.add(refKey(session.subject), session.id);
    this.#byThumbprint.add(session.thumbprint, session.id);
    for (const key of entityKeys(session)) this.#byEntity.add(key, session.id);
    for (const policy of session.policies) this.#byPolicy.add(policy, session.id);
  }

  /** @returns the session that was removed */
  remove(id: string): Session | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    this.#sessions.delete(id);
    this.#deadlines.delete(id);
    this.#bySubject.remove(refKey(session.subject), id);
    this.#byThumbprint.remove(session.thumbprint, id);
    for (const key of entityKeys(session)) this.#byEntity.remove(key, id);
    for (const policy of session.policies) this.#byPolicy.remove(policy, id);
    return session;
  }

  /** Judged again: when next, and resting on which policies. */
  renew(id: string, change: Partial<Pick<Session, 'deadlineMs' | 'policies'>>): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    if (change.policies !== undefined) this.add({ ...session, ...change });
    else if (change.deadlineMs !== undefined) {
      this.#sessions.set(id, { ...session, deadlineMs: change.deadlineMs });
      this.#deadlines.set(id, change.deadlineMs);
    }
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  get size(): number {
    return this.#sessions.size;
  }

  all(): Session[] {
    return [...this.#sessions.values()];
  }

  bySubject(ref: EntityRef): Session[] {
    return this.#resolve(this.#bySubject.ids(refKey(ref)));
  }

  /** Sessions in which the entity is subject, terminal or object. */
  byEntity(ref: EntityRef): Session[] {
    return this.#resolve(this.#byEntity.ids(refKey(ref)));
  }

  byThumbprint(thumbprint: string): Session[] {
    return this.#resolve(this.#byThumbprint.ids(thumbprint));
  }

  byPolicy(id: string): Session[] {
    return this.#resolve(this.#byPolicy.ids(id));
  }

  /** When the next session must be judged again, or null when none is open. */
  nextDeadlineMs(): number | null {
    return this.#deadlines.next()?.deadlineMs ?? null;
  }

  /** Sessions whose deadline has come, earliest first. */
  due(nowMs: number): Session[] {
    return this.#resolve(this.#deadlines.due(nowMs));
  }

  #resolve(ids: Iterable<string>): Session[] {
    return [...ids].map((id) => this.#sessions.get(id)).filter((session) => session !== undefined);
  }
}

const entityKeys = ({ subject, device, object }: Session): Set<string> =>
  new Set([subject, device, object].filter((ref) => ref !== null).map(refKey));
