/**
 * Takes something out of force at every gateway at once: the order holds until the bundle that no longer contains it.
 * @see design.md 9.4 (one push channel for every cause)
 */
import { BUNDLE_VALIDITY_SECONDS } from '../contracts/bundle.ts';
import { timestamp } from '../contracts/identifiers.ts';
import type { LedgerIntent } from './ledger-intent.ts';
import type { LedgerRecord } from './ledger-record.ts';
import type { Withdrawal } from './ledger-view.ts';

/** The first bundle that is compiled after the commit of the order: none compiled before it can come into force after it. */
export const firstBundleWithout = ({ bundleVersion }: LedgerRecord): number => bundleVersion + 1;

export function withdraw(
  intent: LedgerIntent,
  { kind, id }: Pick<Withdrawal, 'kind' | 'id'>,
  ledger: LedgerRecord,
  nowMs: number,
): LedgerIntent {
  const withdrawal = { kind, id, untilBundleVersion: firstBundleWithout(ledger) };
  // Bundles from before the order are worth nothing when it ends.
  const expiresAt = timestamp(nowMs + BUNDLE_VALIDITY_SECONDS * 1000);
  return {
    ...intent,
    changes: [...intent.changes, { op: 'withdraw', ...withdrawal }],
    writes: [...intent.writes, { write: 'put-withdrawal', ...withdrawal, expiresAt }],
  };
}
