/** Sealed bundles in memory. */
import type { SiteId } from '../../core/contracts/identifiers.ts';
import type { LedgerPosition } from '../../core/contracts/site-state.ts';
import type { BundleStore } from '../../functions/adapters/ports/bundle-store.ts';

export class FakeBundleStore implements BundleStore {
  readonly objects = new Map<string, string>();

  put(site: SiteId, version: number, digest: string, token: string): Promise<string> {
    const key = `${site}/${version}/${digest}`;
    this.objects.set(key, token);
    return Promise.resolve(key);
  }

  get(site: SiteId, version: number, digest: string): Promise<string | undefined> {
    return Promise.resolve(this.objects.get(`${site}/${version}/${digest}`));
  }

  address(site: SiteId, version: number, digest: string): Promise<string> {
    return Promise.resolve(`https://store.test/${site}/${version}/${digest}`);
  }

  keepState(site: SiteId, { seq, digest }: LedgerPosition, token: string): Promise<string> {
    this.objects.set(`${site}/state/${seq}/${digest}`, token);
    return Promise.resolve(`https://store.test/${site}/state/${seq}/${digest}`);
  }
}
