/**
 * Decisions that still hold. An entry is used only while everything it rests on is the same: the state of everyone it
 * looked at (the same objects), their ownership, and a time before the first moment at which time alone changes a fact.
 * A notification that got lost can therefore never keep an old answer alive; `forget` only makes room early.
 */
import type { Decision } from '../contracts/access.ts';
import { type EntityRef, refKey } from '../contracts/identifiers.ts';
import type { Dependency } from './party.ts';
import type { SiteView } from './site-view.ts';

export interface MemoEntry {
  readonly decision: Decision;
  readonly dependencies: readonly Dependency[];
  readonly madeAtMs: number;
  /** First moment at which the entry does not hold. */
  readonly untilMs: number;
}

/** About a kilobyte each. The one unused for longest gives way. */
const MAX_ENTRIES = 20_000;

export class DecisionMemo {
  readonly #view: SiteView;
  readonly #entries = new Map<string, MemoEntry>();
  readonly #keysByRef = new Map<string, Set<string>>();

  constructor(view: SiteView) {
    this.#view = view;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @returns undefined when there is none, or it no longer holds */
  find(key: string, nowMs: number): Decision | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    if (nowMs >= entry.madeAtMs && nowMs < entry.untilMs && this.#unchanged(entry)) return entry.decision;
    this.#remove(key, entry);
    return;
  }

  store(key: string, entry: MemoEntry): void {
    if (entry.untilMs <= entry.madeAtMs) return;
    const previous = this.#entries.get(key);
    if (previous !== undefined) this.#remove(key, previous);
    this.#entries.set(key, entry);
    for (const { ref } of entry.dependencies) {
      const keys = this.#keysByRef.get(refKey(ref)) ?? new Set();
      this.#keysByRef.set(refKey(ref), keys.add(key));
    }
    if (this.#entries.size > MAX_ENTRIES) this.#dropOldest();
  }

  forget(ref: EntityRef): void {
    for (const key of this.#keysByRef.get(refKey(ref)) ?? []) {
      const entry = this.#entries.get(key);
      if (entry !== undefined) this.#remove(key, entry);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#keysByRef.clear();
  }

  #unchanged({ dependencies }: MemoEntry): boolean {
    for (const { ref, state, ownerWithdrawn } of dependencies) {
      if (this.#view.state(ref) !== state || this.#view.withdrawn('owner', ref.id) !== ownerWithdrawn) return false;
    }
    return true;
  }

  #remove(key: string, { dependencies }: MemoEntry): void {
    this.#entries.delete(key);
    for (const { ref } of dependencies) {
      const keys = this.#keysByRef.get(refKey(ref));
      keys?.delete(key);
      if (keys?.size === 0) this.#keysByRef.delete(refKey(ref));
    }
  }

  #dropOldest(): void {
    for (const [key, entry] of this.#entries) {
      this.#remove(key, entry);
      return;
    }
  }
}
