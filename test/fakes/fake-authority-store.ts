/** The authorities' certificates, in memory. */
import type { Authorities, AuthorityStore, HeldAuthorities } from '../../functions/adapters/ports/authority-store.ts';

export class FakeAuthorityStore implements AuthorityStore {
  held: HeldAuthorities | undefined;
  writes = 0;
  /** Runs once, just before the next write: someone else is faster. */
  overtake: ((store: FakeAuthorityStore) => void) | null = null;

  read(): Promise<HeldAuthorities | undefined> {
    return Promise.resolve(this.held);
  }

  keep(authorities: Authorities, version: string | undefined): Promise<boolean> {
    this.overtake?.(this);
    this.overtake = null;
    if (version !== this.held?.version) return Promise.resolve(false);
    this.writes += 1;
    this.held = { authorities, version: `version-${this.writes}` };
    return Promise.resolve(true);
  }
}
