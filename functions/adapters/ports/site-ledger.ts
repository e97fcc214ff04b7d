/** The unit of change of a site. */
import type { SiteId } from '../../../core/contracts/identifiers.ts';
import type { LedgerIntent } from '../../../core/ledger/ledger-intent.ts';
import type { LedgerRecord } from '../../../core/ledger/ledger-record.ts';
import type { Result } from '../../../core/result.ts';

/**
 * - `ledger-stale`: something a write rests on is no longer so; read and judge again
 * - `content-changed`: the bundle was compiled from content that has changed since
 */
export type CommitFailure = 'ledger-stale' | 'content-changed';

export interface Committed {
  readonly ledger: LedgerRecord;
  /** The signed update, when gateways were told something. */
  readonly token: string | null;
}

export interface SiteLedger {
  read(site: SiteId): Promise<LedgerRecord>;
  /**
   * All of it or none: items, audit records, the signed update and the outbox row in one transaction; then the update is
   * published. A publish that fails is repaired by the relay and does not fail the commit. Conflicts with other commits
   * of the site are resolved inside.
   * @param intents of one site, small enough together for one transaction (`groupIntents`)
   * @param known the ledger as just read, to save a round trip
   * @throws VitalgateError `ERR_LEDGER_BUSY` when others were always faster
   */
  commit(
    site: SiteId,
    intents: readonly LedgerIntent[],
    known?: LedgerRecord,
  ): Promise<Result<Committed, CommitFailure>>;
}
