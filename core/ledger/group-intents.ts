/** Several intents of one moment share a commit, as far as one transaction and one message hold them. */
import { canonicalJson } from '../contracts/canonical-json.ts';
import { VitalgateError } from '../errors.ts';
import type { LedgerIntent } from './ledger-intent.ts';

/** DynamoDB takes 100 items a transaction; the ledger, the outbox row and a spare are not for intents. */
const MAX_COMMIT_ITEMS = 97;
/** As many as a StateUpdate carries. */
export const MAX_COMMIT_CHANGES = 64;
/** IoT Core takes 128 KiB a message; base64url and the signature take a quarter of it. */
const MAX_COMMIT_CHANGE_BYTES = 90 * 1024;

interface Size {
  readonly items: number;
  readonly changes: number;
  readonly bytes: number;
}

/**
 * Groups in the given order. Nothing is split: an intent is one whole.
 * @throws VitalgateError `ERR_LEDGER_INTENT_SIZE` for an intent that no commit holds
 */
export function groupIntents(intents: readonly LedgerIntent[]): readonly (readonly LedgerIntent[])[] {
  const groups: LedgerIntent[][] = [];
  let open: Size = { items: 0, changes: 0, bytes: 0 };
  for (const one of intents) {
    const size = sizeOf(one);
    if (!fits(size)) throw new VitalgateError('ERR_LEDGER_INTENT_SIZE', 'the change is larger than one commit holds');
    const joined = {
      items: open.items + size.items,
      changes: open.changes + size.changes,
      bytes: open.bytes + size.bytes,
    };
    const last = groups.at(-1);
    if (last !== undefined && fits(joined)) {
      last.push(one);
      open = joined;
    } else {
      groups.push([one]);
      open = size;
    }
  }
  return groups;
}

const fits = ({ items, changes, bytes }: Size): boolean =>
  items <= MAX_COMMIT_ITEMS && changes <= MAX_COMMIT_CHANGES && bytes <= MAX_COMMIT_CHANGE_BYTES;

const sizeOf = ({ writes, audit, changes }: LedgerIntent): Size => ({
  items: writes.length + audit.length,
  changes: changes.length,
  bytes: changes.length === 0 ? 0 : Buffer.byteLength(canonicalJson(changes)),
});
