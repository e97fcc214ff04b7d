/**
 * What a gateway holds of its site between bundles: subjects, certificates, withdrawals, and where in the ledger it is.
 *
 * It takes nothing unsigned and nothing out of order, and what is refused changes nothing. Judging and applying are one
 * synchronous step, so that two messages that arrive together cannot pass each other and no reader sees half of one.
 */
import type { JSONWebKeySet } from 'jose';
import { type EntityRef, refKey, type SiteId } from '../contracts/identifiers.ts';
import {
  type CertificateStatus,
  GENESIS_DIGEST,
  type Head,
  type LedgerPosition,
  type StateChange,
  type StateSnapshot,
  type StateUpdate,
  type SubjectState,
} from '../contracts/site-state.ts';
import { type Result, success } from '../result.ts';
import { type HeadFailure, judgeHead } from './judge-head.ts';
import { judgeSnapshot, type SnapshotFailure } from './judge-snapshot.ts';
import { type HeldLedger, judgeUpdate, type UpdateFailure } from './judge-update.ts';

export type WithdrawnKind = StateSnapshot['withdrawn'][number]['kind'];

/** A bundle that the ledger has named: to be fetched, and to be compared with. */
export interface AnnouncedBundle {
  readonly version: number;
  readonly digest: string;
}

export interface CertificateBearer {
  readonly ref: EntityRef;
  readonly certificate: CertificateStatus;
}

/** Before any snapshot: an epoch below every real one, so that only a snapshot can follow. */
const NOWHERE: LedgerPosition = { epoch: 0, seq: 0, digest: GENESIS_DIGEST };

export class SiteState implements HeldLedger {
  readonly site: SiteId;
  #position: LedgerPosition = NOWHERE;
  #subjects = new Map<string, SubjectState>();
  #bearers = new Map<string, CertificateBearer>();
  #withdrawn = new Map<string, number>();
  #lastHead: Head | null = null;
  #confirmedHead: Head | null = null;
  #announced: AnnouncedBundle | null = null;

  constructor(site: SiteId) {
    this.site = site;
  }

  get position(): LedgerPosition {
    return this.#position;
  }

  subject(ref: EntityRef): SubjectState | undefined {
    return this.#subjects.get(refKey(ref));
  }

  subjects(): IterableIterator<SubjectState> {
    return this.#subjects.values();
  }

  get size(): number {
    return this.#subjects.size;
  }

  /** Whose certificate this is, revoked ones included. @param thumbprint SHA-256 of the DER, lower-case hexadecimal */
  bearer(thumbprint: string): CertificateBearer | undefined {
    return this.#bearers.get(thumbprint);
  }

  /** True until a bundle is installed that leaves it out. @param bundleVersion of the installed bundle */
  withdrawn(kind: WithdrawnKind, id: string, bundleVersion: number): boolean {
    return bundleVersion < (this.#withdrawn.get(`${kind}/${id}`) ?? 0);
  }

  /** The newest bundle that updates have announced in this epoch. */
  get announcedBundle(): AnnouncedBundle | null {
    return this.#announced;
  }

  /** The newest verified head, reached or not. */
  get lastHead(): Head | null {
    return this.#lastHead;
  }

  /**
   * The newest verified head whose position this state has reached. Freshness is the age of its `issuedAt`: a head that
   * tells of updates one does not have proves that one is behind, not that one is fresh.
   */
  get confirmedHead(): Head | null {
    return this.#confirmedHead;
  }

  /** A verified head is ahead of what is held: fetch the snapshot. */
  get behind(): boolean {
    return this.#lastHead !== null && isAhead(this.#lastHead, this.#position);
  }

  /** @see verifyAndApplyUpdate, which says the codes */
  applyUpdate(token: string, keys: JSONWebKeySet): Result<StateUpdate, UpdateFailure> {
    const judged = judgeUpdate(this, token, keys);
    if (!judged.ok) return judged;
    const { update, position } = judged.value;
    for (const change of update.changes) this.#apply(change);
    this.#position = position;
    this.#confirm();
    return success(update);
  }

  /** @see applySnapshot, which says the codes */
  applySnapshot(token: string, keys: JSONWebKeySet): Result<StateSnapshot, SnapshotFailure> {
    const judged = judgeSnapshot(this, token, keys);
    if (!judged.ok) return judged;
    const snapshot = judged.value;
    this.#subjects = new Map();
    this.#bearers = new Map();
    for (const subject of snapshot.subjects) this.#put(subject);
    this.#withdrawn = new Map(
      snapshot.withdrawn.map(({ kind, id, untilBundleVersion }) => [`${kind}/${id}`, untilBundleVersion]),
    );
    if (snapshot.epoch > this.#position.epoch) this.#announced = null;
    this.#position = { epoch: snapshot.epoch, seq: snapshot.seq, digest: snapshot.digest };
    this.#confirm();
    return judged;
  }

  /** @see verifyHead, which says the codes */
  observeHead(token: string, keys: JSONWebKeySet): Result<Head, HeadFailure> {
    const judged = judgeHead(this, token, keys);
    if (!judged.ok) return judged;
    this.#lastHead = judged.value;
    this.#confirm();
    return judged;
  }

  #confirm(): void {
    if (this.#lastHead !== null && !this.behind) this.#confirmedHead = this.#lastHead;
  }

  #apply(change: StateChange): void {
    switch (change.op) {
      case 'put-subject':
        this.#put(change.subject);
        break;
      case 'remove-subject':
        this.#remove(change.ref);
        break;
      case 'withdraw':
        this.#withdrawn.set(`${change.kind}/${change.id}`, change.untilBundleVersion);
        break;
      case 'announce-bundle':
        if (change.version >= (this.#announced?.version ?? 0)) {
          this.#announced = { version: change.version, digest: change.digest };
        }
        break;
      // A session ends where it runs: the gateway reads these from the update itself.
      case 'end-session':
        break;
    }
  }

  #put(subject: SubjectState): void {
    this.#remove(subject.ref);
    this.#subjects.set(refKey(subject.ref), subject);
    for (const certificate of subject.certificates) {
      this.#bearers.set(certificate.thumbprint, { ref: subject.ref, certificate });
    }
  }

  #remove(ref: EntityRef): void {
    const key = refKey(ref);
    for (const { thumbprint } of this.#subjects.get(key)?.certificates ?? []) this.#bearers.delete(thumbprint);
    this.#subjects.delete(key);
  }
}

const isAhead = (head: Head, { epoch, seq }: LedgerPosition): boolean =>
  head.epoch > epoch || (head.epoch === epoch && head.seq > seq);

/**
 * Takes one signed update: the next in the chain or nothing.
 *
 * - `state-signature`: not signed as an update by a known key; `state-malformed`: signed, and not of this schema
 * - `state-wrong-site`
 * - `state-epoch`: of another epoch than the one held; a new one begins with a snapshot
 * - `state-replayed`: at or before the position held
 * - `state-gap`: an update before it is missing: fetch the snapshot
 * - `state-fork`: two signed histories, of updates or of an update and its head. Never heals by itself: raise the alarm
 */
export const verifyAndApplyUpdate = (
  state: SiteState,
  token: string,
  keys: JSONWebKeySet,
): Promise<Result<StateUpdate, UpdateFailure>> => Promise.resolve(state.applyUpdate(token, keys));

/**
 * Takes a signed snapshot in place of all that was held: after a gap, a restart, or with a new epoch.
 *
 * Codes as above; `state-epoch` and `state-replayed` when it is before what is held, `state-fork` when it is at the
 * position or the head held, with another digest.
 */
export const applySnapshot = (
  state: SiteState,
  token: string,
  keys: JSONWebKeySet,
): Promise<Result<StateSnapshot, SnapshotFailure>> => Promise.resolve(state.applySnapshot(token, keys));

/**
 * Takes a signed head: proof of where the ledger stood, and when. It may be ahead of the state (then `state.behind`) or
 * just behind it: it crossed with an update on the way, and still proves when the ledger was seen.
 *
 * - `head-signature`, `head-malformed`, `head-wrong-site`
 * - `head-epoch`: of an epoch before the one held
 * - `head-replayed`: issued before the newest head held, or standing before it
 * - `head-fork`: at the position or the head held, with another digest
 */
export const verifyHead = (state: SiteState, token: string, keys: JSONWebKeySet): Promise<Result<Head, HeadFailure>> =>
  Promise.resolve(state.observeHead(token, keys));
