/** What is known of a site's entities, read as it stands now. */
import type { Entity } from '../../../core/contracts/entities.ts';
import type { EntityRef, SiteId } from '../../../core/contracts/identifiers.ts';
import type { LedgerRecord } from '../../../core/ledger/ledger-record.ts';
import type { CertificateRecord } from '../../../core/ledger/ledger-write.ts';
import type { SubjectRecord } from '../../../core/ledger/subject-record.ts';

export interface SiteLookup {
  readonly site: SiteId;
  readonly refs: readonly EntityRef[];
  /** SHA-256 of certificates, lower-case hexadecimal. */
  readonly thumbprints?: readonly string[];
}

/** By `refKey`, and by thumbprint. What does not exist is absent. */
export interface SiteFacts {
  readonly ledger: LedgerRecord;
  readonly entities: ReadonlyMap<string, Entity>;
  readonly subjects: ReadonlyMap<string, SubjectRecord>;
  readonly certificates: ReadonlyMap<string, CertificateRecord>;
}

export interface SiteReader {
  /** Strongly consistent, in one round trip for up to a hundred items. */
  load(lookup: SiteLookup): Promise<SiteFacts>;
  certificate(thumbprint: string): Promise<CertificateRecord | undefined>;
  /** Subjects that must be judged again by `nowMs`, soonest first. */
  due(site: SiteId, nowMs: number, limit: number): Promise<readonly EntityRef[]>;
}
