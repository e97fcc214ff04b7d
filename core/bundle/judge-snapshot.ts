/** Judges a signed snapshot against where a site's ledger is held to stand. Changes nothing. */
import type { JSONWebKeySet } from 'jose';
import { STATE_SNAPSHOT_TYP, type StateSnapshot, StateSnapshotSchema } from '../contracts/site-state.ts';
import { failure, type Result, success } from '../result.ts';
import { openDocument } from '../signing/open-document.ts';
import { contradicts, type HeldLedger, type UpdateFailure } from './judge-update.ts';

/** A snapshot closes gaps; it cannot have one. */
export type SnapshotFailure = Exclude<UpdateFailure, 'state-gap'>;

export function judgeSnapshot(
  held: HeldLedger,
  token: string,
  keys: JSONWebKeySet,
): Result<StateSnapshot, SnapshotFailure> {
  const opened = openDocument(token, keys, STATE_SNAPSHOT_TYP, StateSnapshotSchema);
  if (!opened.ok) return failure(opened.code === 'jws-payload' ? 'state-malformed' : 'state-signature', opened.message);
  const { document: snapshot } = opened.value;
  const { epoch, seq } = held.position;
  if (snapshot.site !== held.site) return failure('state-wrong-site', 'a snapshot of another site');
  if (snapshot.epoch < epoch) return failure('state-epoch', `epoch ${snapshot.epoch}, held is ${epoch}`);
  if (snapshot.epoch === epoch && snapshot.seq < seq) {
    return failure('state-replayed', `snapshot at ${snapshot.seq}, held is ${seq}`);
  }
  if (contradicts(snapshot, held.position)) return failure('state-fork', `two histories at ${seq}`);
  if (held.lastHead !== null && contradicts(held.lastHead, snapshot)) {
    return failure('state-fork', `the snapshot at ${snapshot.seq} is not what its head names`);
  }
  return success(snapshot);
}
