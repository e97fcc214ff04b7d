/** Judges a signed head against the newest one held and the position held. Changes nothing. */
import type { JSONWebKeySet } from 'jose';
import { HEAD_TYP, type Head, HeadSchema } from '../contracts/site-state.ts';
import { failure, type Result, success } from '../result.ts';
import { openDocument } from '../signing/open-document.ts';
import { contradicts, type HeldLedger } from './judge-update.ts';

export type HeadFailure =
  | 'head-signature'
  | 'head-malformed'
  | 'head-wrong-site'
  | 'head-epoch'
  | 'head-replayed'
  | 'head-fork';

export function judgeHead(held: HeldLedger, token: string, keys: JSONWebKeySet): Result<Head, HeadFailure> {
  const opened = openDocument(token, keys, HEAD_TYP, HeadSchema);
  if (!opened.ok) return failure(opened.code === 'jws-payload' ? 'head-malformed' : 'head-signature', opened.message);
  const { document: head } = opened.value;
  const { position, lastHead } = held;
  const epoch = Math.max(position.epoch, lastHead?.epoch ?? 0);
  if (head.site !== held.site) return failure('head-wrong-site', 'a head of another site');
  if (head.epoch < epoch) return failure('head-epoch', `epoch ${head.epoch}, held is ${epoch}`);
  if (lastHead !== null && isOlder(head, lastHead)) return failure('head-replayed', 'a newer head is held');
  if (contradicts(head, position) || (lastHead !== null && contradicts(head, lastHead))) {
    return failure('head-fork', `two histories at ${head.seq}`);
  }
  return success(head);
}

/** Both orders must agree: a head that is later in time and earlier in sequence was made by no ledger. */
const isOlder = (head: Head, last: Head): boolean =>
  Date.parse(head.issuedAt) < Date.parse(last.issuedAt) ||
  (head.epoch === last.epoch && (head.seq < last.seq || head.bundleVersion < last.bundleVersion));
