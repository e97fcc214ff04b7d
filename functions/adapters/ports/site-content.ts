/** Everything a bundle is made of. */
import type { Entity } from '../../../core/contracts/entities.ts';
import type { EntityKind, EntityRef, SiteId } from '../../../core/contracts/identifiers.ts';
import type { PolicyItem, PolicyItemType } from '../../../core/ledger/ledger-write.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** An item and the number of its last change, which a later change must name. */
export interface Versioned<T> {
  readonly value: T;
  readonly version: number;
}

export interface SiteContentStore {
  entities(site: SiteId): Promise<readonly Entity[]>;
  entity(ref: EntityRef): Promise<Entity | undefined>;
  pageEntities(site: SiteId, kind: EntityKind, page: PageRequest): Promise<Page<Entity>>;
  policyItems(site: SiteId): Promise<readonly PolicyItem[]>;
  policyItem(site: SiteId, type: PolicyItemType, id: string): Promise<Versioned<PolicyItem> | undefined>;
  pagePolicyItems(site: SiteId, type: PolicyItemType, page: PageRequest): Promise<Page<Versioned<PolicyItem>>>;
}
