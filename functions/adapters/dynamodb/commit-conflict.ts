/** Reads from a refused transaction who was faster: another commit of the site, or a change of what this one rests on. */
import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';

/** `busy`: plan again on the new ledger. `stale`: judge again on new facts. */
export type CommitConflict = 'busy' | 'stale';

const RETRIED: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/**
 * @param ledgerIndex position of the ledger item in the transaction; not a number where it has none
 * @returns undefined for what is no conflict
 */
export function conflictOf(cause: unknown, ledgerIndex: number): CommitConflict | undefined {
  if (cause instanceof TransactionConflictException) return 'busy';
  if (!(cause instanceof TransactionCanceledException)) return undefined;
  const codes = (cause.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
  const failed = codes.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : []));
  // The winner's audit and outbox rows fail with the ledger and say nothing of what this change rests on.
  if (failed.includes(ledgerIndex)) return 'busy';
  if (failed.length > 0) return 'stale';
  return codes.some((code) => RETRIED.has(code)) ? 'busy' : undefined;
}
