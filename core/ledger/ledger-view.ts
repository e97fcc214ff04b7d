/**
 * A site's state as the control plane reads it from its own tables: subjects and withdrawals at one position of the
 * ledger. What gateways build from signed updates, this builds from the rows those updates were made of.
 */
import { type EntityRef, refKey, type SiteId, timestamp } from '../contracts/identifiers.ts';
import type { LedgerPosition, StateChange, StateSnapshot, StateUpdate, SubjectState } from '../contracts/site-state.ts';
import { canonicalDigest } from '../signing/digest.ts';
import type { LedgerRecord } from './ledger-record.ts';

export type Withdrawal = StateSnapshot['withdrawn'][number];

const withdrawalKey = (kind: Withdrawal['kind'], id: string): string => `${kind}/${id}`;

export class LedgerView {
  readonly site: SiteId;
  #position: LedgerPosition;
  readonly #subjects = new Map<string, SubjectState>();
  readonly #withdrawn = new Map<string, Withdrawal>();

  /**
   * @param ledger read before `subjects` and `withdrawals`: these are at its position or after it, and {@link apply}
   * closes the difference, because every change replaces what it is about
   */
  constructor(ledger: LedgerRecord, subjects: readonly SubjectState[], withdrawals: readonly Withdrawal[]) {
    this.site = ledger.site;
    this.#position = { epoch: ledger.epoch, seq: ledger.seq, digest: ledger.digest };
    for (const subject of subjects) this.#subjects.set(refKey(subject.ref), subject);
    for (const one of withdrawals) this.#withdrawn.set(withdrawalKey(one.kind, one.id), one);
  }

  get position(): LedgerPosition {
    return this.#position;
  }

  subject(ref: EntityRef): SubjectState | undefined {
    return this.#subjects.get(refKey(ref));
  }

  withdrawn(kind: Withdrawal['kind'], id: string, bundleVersion: number): boolean {
    return bundleVersion < (this.#withdrawn.get(withdrawalKey(kind, id))?.untilBundleVersion ?? 0);
  }

  /** Takes the next update. @returns false when it is not the next one; then nothing changed: read everything again */
  apply(update: StateUpdate): boolean {
    const { epoch, seq, digest } = this.#position;
    if (update.epoch !== epoch || update.seq !== seq + 1 || update.previousDigest !== digest) return false;
    for (const change of update.changes) this.#take(change);
    this.#position = { epoch, seq: update.seq, digest: canonicalDigest(update) };
    return true;
  }

  /** Everything, at exactly the position. Ordered, so that equal states give equal bytes. */
  snapshot(nowMs: number): StateSnapshot {
    return {
      schema: 'vitalgate.state-snapshot/1',
      site: this.site,
      ...this.#position,
      issuedAt: timestamp(nowMs),
      subjects: inOrder(this.#subjects),
      withdrawn: inOrder(this.#withdrawn),
    };
  }

  #take(change: StateChange): void {
    if (change.op === 'put-subject') this.#subjects.set(refKey(change.subject.ref), change.subject);
    if (change.op === 'remove-subject') this.#subjects.delete(refKey(change.ref));
    if (change.op === 'withdraw') {
      const { op: _, ...withdrawal } = change;
      this.#withdrawn.set(withdrawalKey(change.kind, change.id), withdrawal);
    }
  }
}

const inOrder = <T>(map: ReadonlyMap<string, T>): T[] =>
  [...map].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, value]) => value);
