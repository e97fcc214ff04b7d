/** What assessments of a site compare with. Changes rarely; kept until the ledger's policy revision moves. */
import type { MalwareIndicator, ReferenceValues } from '../../../core/contracts/bundle.ts';
import type { Protection } from '../../../core/contracts/entities.ts';
import type { EntityId, SiteId } from '../../../core/contracts/identifiers.ts';

export interface SiteReference {
  readonly references: readonly ReferenceValues[];
  readonly indicators: readonly MalwareIndicator[];
  readonly protections: readonly Protection[];
}

export interface SiteReferenceSource {
  /** @param policyRevision of the ledger just read: what is kept for another revision is read again */
  at(site: SiteId, policyRevision: number): Promise<SiteReference>;
}

export interface GatewayDirectory {
  /** @see SiteReferenceSource.at */
  gateways(site: SiteId, policyRevision: number): Promise<readonly EntityId[]>;
}
