/**
 * The site's state as decisions read it: what the control plane signed, and where this gateway concluded worse, that.
 * The same content gives the same object, because the decision memo rests on that.
 */
import type { SiteState } from '../../core/bundle/site-state.ts';
import { type EntityRef, refKey, type SiteId } from '../../core/contracts/identifiers.ts';
import type { LedgerPosition, SubjectState } from '../../core/contracts/site-state.ts';
import type { SiteStateReader, WithdrawalKind } from '../../core/decision/site-view.ts';
import { isKnownToCloud, type LocalConclusion } from './local-conclusion.ts';
import { moreRestrictive, takesAway } from './more-restrictive.ts';

interface Merged {
  readonly cloud: SubjectState;
  readonly local: LocalConclusion;
  readonly both: SubjectState;
}

export class EffectiveState implements SiteStateReader {
  readonly #cloud: SiteState;
  readonly #conclusions = new Map<string, LocalConclusion>();
  readonly #merged = new Map<string, Merged>();

  constructor(cloud: SiteState) {
    this.#cloud = cloud;
  }

  get site(): SiteId {
    return this.#cloud.site;
  }

  get position(): LedgerPosition {
    return this.#cloud.position;
  }

  withdrawn(kind: WithdrawalKind, id: string, bundleVersion: number): boolean {
    return this.#cloud.withdrawn(kind, id, bundleVersion);
  }

  subject(ref: EntityRef): SubjectState | undefined {
    const cloud = this.#cloud.subject(ref);
    if (cloud === undefined || this.#conclusions.size === 0) return cloud;
    const key = refKey(ref);
    const local = this.#conclusions.get(key);
    if (local === undefined) return cloud;
    const held = this.#merged.get(key);
    if (held?.cloud === cloud && held.local === local) return held.both;
    const both = takesAway(cloud, local) ? moreRestrictive(cloud, local) : cloud;
    this.#merged.set(key, { cloud, local, both });
    return both;
  }

  conclusion(ref: EntityRef): LocalConclusion | undefined {
    return this.#conclusions.get(refKey(ref));
  }

  conclusions(): IterableIterator<LocalConclusion> {
    return this.#conclusions.values();
  }

  conclude(conclusion: LocalConclusion): void {
    this.#conclusions.set(refKey(conclusion.ref), conclusion);
  }

  /** After the cloud spoke of a subject. @returns true when the local conclusion has ended by it */
  reconcile(ref: EntityRef): boolean {
    const key = refKey(ref);
    const local = this.#conclusions.get(key);
    if (local === undefined) return false;
    const cloud = this.#cloud.subject(ref);
    if (cloud !== undefined && !isKnownToCloud(local, cloud)) return false;
    this.#conclusions.delete(key);
    this.#merged.delete(key);
    return true;
  }
}
