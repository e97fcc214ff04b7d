/**
 * What one process knows of its site, and the one place where that changes. Taking a document verifies it, applies it and
 * tells the listeners in one synchronous step: when `take` returns, every affected session has been judged.
 */
import type { JSONWebKeySet } from 'jose';
import { SiteState } from '../../core/bundle/site-state.ts';
import type { TrustedClock } from '../../core/bundle/trusted-clock.ts';
import { verifyBundle } from '../../core/bundle/verify-bundle.ts';
import type { Bundle } from '../../core/contracts/bundle.ts';
import type { EntityId, EntityRef, SiteId } from '../../core/contracts/identifiers.ts';
import type { FreshnessBand } from '../../core/contracts/levels.ts';
import type { Head, StateChange } from '../../core/contracts/site-state.ts';
import { createDecider, type Decider } from '../../core/decision/decider.ts';
import { freshnessBand } from '../../core/decision/freshness.ts';
import { createSiteView, type SiteView } from '../../core/decision/site-view.ts';
import { EffectiveState } from '../decision/effective-state.ts';
import type { LocalConclusion } from '../decision/local-conclusion.ts';
import type { SiteDocument } from './site-document.ts';

export interface SiteChange {
  /** What changed, or `everything` when what is held was replaced. */
  readonly changes: readonly StateChange[] | 'everything';
  readonly refs: readonly EntityRef[];
  readonly cause: string;
  /** When the order reached this machine; see `monotonicNowMs`. */
  readonly arrivedMs: number | null;
}

export interface Taken {
  readonly ok: boolean;
  /** `applied`, or why not. */
  readonly code: string;
}

const APPLIED: Taken = { ok: true, code: 'applied' };

/** Milliseconds on a clock that all processes of this machine share. */
export const monotonicNowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export interface SiteReplicaOptions {
  readonly site: SiteId;
  readonly gateway: EntityId;
  readonly keys: JSONWebKeySet;
  readonly clock: TrustedClock;
}

export class SiteReplica {
  readonly state: SiteState;
  readonly effective: EffectiveState;
  readonly clock: TrustedClock;
  readonly gatewayRef: EntityRef;
  readonly #options: SiteReplicaOptions;
  readonly #listeners: ((change: SiteChange) => void)[] = [];
  #bundle: Bundle | null = null;
  #view: SiteView | null = null;
  #snapshotAtMs = Number.NEGATIVE_INFINITY;
  /** The head whose time was read last: it is asked for with every decision. */
  #datedHead: Head | null = null;
  #headAtMs = Number.NEGATIVE_INFINITY;
  #decider: Decider | null = null;

  constructor(options: SiteReplicaOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.state = new SiteState(options.site);
    this.effective = new EffectiveState(this.state);
    this.gatewayRef = { kind: 'gateway', id: options.gateway };
  }

  get bundle(): Bundle | null {
    return this.#bundle;
  }
  get view(): SiteView | null {
    return this.#view;
  }
  get decider(): Decider | null {
    return this.#decider;
  }
  get bundleVersion(): number {
    return this.#bundle?.version ?? 0;
  }

  /**
   * Age of the newest confirmed head in seconds; not a number when there never was one. A snapshot says what a head says,
   * and all that it stands for besides.
   */
  headAgeSeconds(nowMs: number): number {
    const head = this.state.confirmedHead;
    if (head !== this.#datedHead) {
      this.#datedHead = head;
      this.#headAtMs = head === null ? Number.NEGATIVE_INFINITY : Date.parse(head.issuedAt);
    }
    const confirmedMs = Math.max(this.#snapshotAtMs, this.#headAtMs);
    return Number.isFinite(confirmedMs) ? Math.max(0, (nowMs - confirmedMs) / 1000) : Number.NaN;
  }

  freshness(nowMs: number): FreshnessBand {
    return freshnessBand(this.headAgeSeconds(nowMs), this.#view !== null && nowMs < this.#view.bundleExpiresAtMs);
  }

  /** Listeners run inside `take` and must not wait. */
  onChange(listener: (change: SiteChange) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Updates, snapshots and heads have their whole effect before this returns its promise.
   * @param arrivedMs of the order, for measuring how long its effect took
   */
  async take(document: SiteDocument, arrivedMs: number | null): Promise<Taken> {
    switch (document.kind) {
      case 'update':
        return this.#takeUpdate(document.token, arrivedMs);
      case 'head':
        return this.#takeHead(document);
      case 'snapshot':
        return this.#takeSnapshot(document, arrivedMs);
      case 'bundle':
        return await this.takeBundle(document.token, arrivedMs, false);
    }
  }

  /**
   * @param restoring the bundle was in force before this process started: it is taken even if its time is over, and what
   * that means is for the last row of the freshness matrix
   */
  async takeBundle(token: string, arrivedMs: number | null, restoring: boolean): Promise<Taken> {
    const { keys, site, gateway } = this.#options;
    const head = restoring ? null : this.state.lastHead;
    // Two may be verified at once: what is installed is compared again below.
    const check = { token, keys, site, gateway, installedVersion: this.bundleVersion, ...(head !== null && { head }) };
    let verified = await verifyBundle({ ...check, nowMs: this.clock.nowMs() });
    if (!verified.ok && verified.code === 'bundle-expired' && restoring)
      verified = await verifyBundle({ ...check, nowMs: 0 });
    if (!verified.ok) return { ok: false, code: verified.code };
    const { bundle } = verified.value;
    if (bundle.version <= this.bundleVersion) return { ok: false, code: 'bundle-in-force' };
    this.#install(bundle);
    this.clock.observeSigned(Date.parse(bundle.issuedAt));
    this.#tell({ changes: 'everything', refs: [], cause: 'bundle-installed', arrivedMs });
    return APPLIED;
  }

  conclude(conclusion: LocalConclusion, arrivedMs: number | null): void {
    this.effective.conclude(conclusion);
    this.#decider?.onStateChanged([conclusion.ref]);
    this.#tell({ changes: [], refs: [conclusion.ref], cause: 'local-conclusion', arrivedMs });
  }

  #install(bundle: Bundle): void {
    this.#decider?.close();
    this.#bundle = bundle;
    this.#view = createSiteView(bundle, this.effective);
    this.#decider = createDecider(this.#view);
    this.clock.holdInForceUntil(Date.parse(bundle.expiresAt));
  }

  #takeUpdate(token: string, arrivedMs: number | null): Taken {
    const applied = this.state.applyUpdate(token, this.#options.keys);
    if (!applied.ok) return applied;
    const { changes, cause, issuedAt } = applied.value;
    this.clock.observeSigned(Date.parse(issuedAt));
    this.#decider?.onStateChanged(changes);
    const refs = changes.flatMap((change) => (change.op === 'put-subject' ? [change.subject.ref] : []));
    const ended = refs.filter((ref) => this.effective.reconcile(ref));
    this.#tell({ changes, refs: ended, cause, arrivedMs });
    return APPLIED;
  }

  #takeHead({ token, live }: SiteDocument): Taken {
    const before = this.freshness(this.clock.nowMs());
    const observed = this.state.observeHead(token, this.#options.keys);
    if (!observed.ok) return observed;
    const issuedMs = Date.parse(observed.value.issuedAt);
    if (live) this.clock.observeLive(issuedMs);
    else this.clock.observeSigned(issuedMs);
    if (this.freshness(this.clock.nowMs()) !== before)
      this.#tell({ changes: 'everything', refs: [], cause: 'freshness-changed', arrivedMs: null });
    return APPLIED;
  }

  #takeSnapshot({ token, live }: SiteDocument, arrivedMs: number | null): Taken {
    const applied = this.state.applySnapshot(token, this.#options.keys);
    if (!applied.ok) return applied;
    const issuedMs = Date.parse(applied.value.issuedAt);
    this.#snapshotAtMs = issuedMs;
    if (live) this.clock.observeLive(issuedMs);
    else this.clock.observeSigned(issuedMs);
    this.#decider?.onStateChanged(applied.value.subjects.map(({ ref }) => ref));
    for (const { ref } of [...this.effective.conclusions()]) this.effective.reconcile(ref);
    this.#tell({ changes: 'everything', refs: [], cause: 'state-resynchronised', arrivedMs });
    return APPLIED;
  }

  #tell(change: SiteChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
