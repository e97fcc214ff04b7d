/** Where sealed bundles lie. */
import type { SiteId } from '../../../core/contracts/identifiers.ts';
import type { LedgerPosition } from '../../../core/contracts/site-state.ts';

export interface BundleStore {
  /** @returns the key under which it lies */
  put(site: SiteId, version: number, digest: string, token: string): Promise<string>;
  get(site: SiteId, version: number, digest: string): Promise<string | undefined>;
  /** An address at which this bundle alone can be fetched for a short time, by whoever holds it. */
  address(site: SiteId, version: number, digest: string): Promise<string>;
  /** Keeps a sealed snapshot that is too large for an answer. @returns an address as above */
  keepState(site: SiteId, position: LedgerPosition, token: string): Promise<string>;
}
