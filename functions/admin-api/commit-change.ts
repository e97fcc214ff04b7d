/** One change of a site: read, decided and committed as one whole; decided again where its ground has moved. */
import type { SiteId } from '../../core/contracts/identifiers.ts';
import { VitalgateError } from '../../core/errors.ts';
import { intent, type LedgerIntent } from '../../core/ledger/ledger-intent.ts';
import type { Withdrawal } from '../../core/ledger/ledger-view.ts';
import { firstBundleWithout, withdraw } from '../../core/ledger/withdraw.ts';
import type { AdminParts } from './parts.ts';

export interface Change<T> {
  readonly intent: LedgerIntent;
  /** What is out of force from now on. */
  readonly withdraw?: Pick<Withdrawal, 'kind' | 'id'> | undefined;
  readonly result: T;
}

/** Each attempt that loses means that someone else changed the same thing. */
const MAX_ATTEMPTS = 6;

/**
 * @param prepare reads and decides; asked again when what it read has changed, so that a stale version is found there
 * @throws VitalgateError `ERR_LEDGER_BUSY`
 */
export async function commitChange<T>(parts: AdminParts, site: SiteId, prepare: () => Promise<Change<T>>): Promise<T> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const change = await prepare();
    if (await commit(parts, site, change)) return change.result;
  }
  throw new VitalgateError('ERR_LEDGER_BUSY', 'others keep changing the same; try again');
}

async function commit(parts: AdminParts, site: SiteId, change: Change<unknown>): Promise<boolean> {
  if (change.withdraw === undefined) return (await parts.ledger.commit(site, [change.intent])).ok;
  let ledger = await parts.ledger.read(site);
  let next = withdraw(change.intent, change.withdraw, ledger, parts.surroundings.nowMs());
  for (;;) {
    const overtakenFrom = firstBundleWithout(ledger);
    const committed = await parts.ledger.commit(site, [next], ledger);
    if (!committed.ok) return false;
    ledger = committed.value.ledger;
    if (ledger.bundleVersion < overtakenFrom) return true;
    // A bundle that still contains it came into force between reading and committing: the order must outlast that one.
    next = withdraw(intent(change.intent.cause, {}), change.withdraw, ledger, parts.surroundings.nowMs());
  }
}
