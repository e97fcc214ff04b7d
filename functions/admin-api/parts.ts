/** All that the routes work with, as ports. */
import type { Policy } from '../../core/contracts/bundle.ts';
import type { SiteId } from '../../core/contracts/identifiers.ts';
import type { AliasDirectory } from '../adapters/ports/alias-directory.ts';
import type { AuditReader } from '../adapters/ports/audit-reader.ts';
import type { Surroundings } from '../adapters/ports/clock.ts';
import type { SessionReader } from '../adapters/ports/session-store.ts';
import type { KeyDirectory } from '../adapters/ports/signing.ts';
import type { SiteContentStore } from '../adapters/ports/site-content.ts';
import type { SiteLedger } from '../adapters/ports/site-ledger.ts';
import type { SiteReader } from '../adapters/ports/site-reader.ts';
import type { SiteReferenceSource } from '../adapters/ports/site-reference.ts';
import type { Log } from '../http/log.ts';

export interface AdminParts {
  readonly sites: readonly SiteId[];
  readonly ledger: SiteLedger;
  readonly reader: SiteReader;
  readonly content: SiteContentStore;
  readonly aliases: AliasDirectory;
  readonly reference: SiteReferenceSource;
  readonly sessions: SessionReader;
  readonly audit: AuditReader;
  /** The public keys that gateways and auditors trust. */
  readonly keys: KeyDirectory;
  /** The policies that came with the release. */
  readonly shippedPolicies: readonly Policy[];
  /** Where the API is reached from outside; the request's own host when absent. */
  readonly baseUrl: string | undefined;
  readonly surroundings: Surroundings;
  readonly log: Log;
}
