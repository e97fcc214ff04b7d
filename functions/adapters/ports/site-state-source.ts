/** The site's state at one position of the ledger, kept warm and brought up to date by the updates since. */
import type { SiteId } from '../../../core/contracts/identifiers.ts';
import type { LedgerRecord } from '../../../core/ledger/ledger-record.ts';
import type { LedgerView } from '../../../core/ledger/ledger-view.ts';

export interface SiteStateSource {
  /** The ledger as it stands now, and the state at exactly its position. */
  current(site: SiteId): Promise<{ readonly ledger: LedgerRecord; readonly view: LedgerView }>;
}
