/** Keeps one value a site for as long as the ledger's revision of it stands. A read that fails is not kept. */
import type { SiteId } from '../../../core/contracts/identifiers.ts';

interface Kept<T> {
  readonly revision: number;
  readonly value: Promise<T>;
}

export class RevisionCache<T> {
  readonly #kept = new Map<SiteId, Kept<T>>();

  /** What was read for this revision or a later one: an older reader is not given older facts. */
  at(site: SiteId, revision: number, read: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(site);
    if (kept !== undefined && kept.revision >= revision) return kept.value;
    const value = read();
    this.#kept.set(site, { revision, value });
    value.catch(() => {
      if (this.#kept.get(site)?.value === value) this.#kept.delete(site);
    });
    return value;
  }
}
