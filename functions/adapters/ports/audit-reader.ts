/** The audit trail of a site, in the order in which it was written. */
import type { AuditRecord } from '../../../core/contracts/audit-record.ts';
import type { EntityRef, SiteId, Timestamp } from '../../../core/contracts/identifiers.ts';
import type { Page, PageRequest } from './site-content.ts';

export interface AuditQuery extends PageRequest {
  /** Those about this entity: as subject, or as what was acted on. */
  readonly about?: EntityRef | undefined;
  /** Not before. */
  readonly from?: Timestamp | undefined;
}

export interface AuditReader {
  /**
   * By time; at the same time by writer and number, so that no writer's story is out of order.
   * @throws InvalidInputError `ERR_CURSOR`
   */
  page(site: SiteId, query: AuditQuery): Promise<Page<AuditRecord>>;
}
