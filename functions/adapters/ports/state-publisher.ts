/** The push channel to the gateways of a site. */
import type { SiteId } from '../../../core/contracts/identifiers.ts';

export interface StatePublisher {
  /**
   * Hands a signed document to the broker for every gateway of the site, all at once.
   * @throws when the broker did not take one of them
   */
  publish(site: SiteId, topic: 'state' | 'head', token: string, policyRevision: number): Promise<void>;
}
