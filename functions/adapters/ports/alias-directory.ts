/** Who answers to an opaque name at a site: one holder at most. */
import type { SiteId } from '../../../core/contracts/identifiers.ts';

export interface AliasDirectory {
  /** @returns the holders, as `refKey` writes them; free aliases are absent */
  holders(site: SiteId, aliases: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
