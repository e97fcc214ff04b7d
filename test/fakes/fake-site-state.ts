/** The state at the ledger's position, from the updates that a site in memory has committed. */
import { genesisLedger, type LedgerRecord } from '../../core/ledger/ledger-record.ts';
import { LedgerView } from '../../core/ledger/ledger-view.ts';
import type { SiteStateSource } from '../../functions/adapters/ports/site-state-source.ts';
import type { FakeSite } from './fake-site.ts';

export class FakeSiteState implements SiteStateSource {
  readonly #site: FakeSite;

  constructor(site: FakeSite) {
    this.#site = site;
  }

  current(): Promise<{ readonly ledger: LedgerRecord; readonly view: LedgerView }> {
    const { record, updates } = this.#site;
    const view = new LedgerView(genesisLedger(record.site), [], []);
    for (const update of updates) view.apply(update);
    return Promise.resolve({ ledger: record, view });
  }
}
