/** Judges signed updates, snapshots and heads against where a site's ledger is held to stand. Changes nothing. */
import type { JSONWebKeySet } from 'jose';
import type { SiteId } from '../contracts/identifiers.ts';
import {
  type Head,
  type LedgerPosition,
  STATE_UPDATE_TYP,
  type StateUpdate,
  StateUpdateSchema,
} from '../contracts/site-state.ts';
import { failure, type Result, success } from '../result.ts';
import { openDocument } from '../signing/open-document.ts';

/** What is held: the ground of every judgement. */
export interface HeldLedger {
  readonly site: SiteId;
  readonly position: LedgerPosition;
  /** The newest verified head. */
  readonly lastHead: Head | null;
}

export type UpdateFailure =
  | 'state-signature'
  | 'state-malformed'
  | 'state-wrong-site'
  | 'state-epoch'
  | 'state-replayed'
  | 'state-gap'
  | 'state-fork';

export interface JudgedUpdate {
  readonly update: StateUpdate;
  /** Where the ledger stands after it. */
  readonly position: LedgerPosition;
}

export function judgeUpdate(held: HeldLedger, token: string, keys: JSONWebKeySet): Result<JudgedUpdate, UpdateFailure> {
  const opened = openDocument(token, keys, STATE_UPDATE_TYP, StateUpdateSchema);
  if (!opened.ok) return failure(opened.code === 'jws-payload' ? 'state-malformed' : 'state-signature', opened.message);
  const { document: update, digest } = opened.value;
  const { epoch, seq, digest: heldDigest } = held.position;
  if (update.site !== held.site) return failure('state-wrong-site', 'an update of another site');
  if (update.epoch !== epoch) return failure('state-epoch', `epoch ${update.epoch}, held is ${epoch}`);
  if (update.seq === seq && digest !== heldDigest) return failure('state-fork', `two updates with number ${seq}`);
  if (update.seq <= seq) return failure('state-replayed', `update ${update.seq}, held is ${seq}`);
  if (update.seq > seq + 1) return failure('state-gap', `update ${update.seq}, held is ${seq}`);
  if (update.previousDigest !== heldDigest)
    return failure('state-fork', `update ${update.seq} extends another history`);
  const position = { epoch, seq: update.seq, digest };
  if (held.lastHead !== null && contradicts(held.lastHead, position)) {
    return failure('state-fork', `update ${update.seq} is not the one its head names`);
  }
  return success({ update, position });
}

/** Two digests for one place in one ledger. */
export const contradicts = (one: LedgerPosition, other: LedgerPosition): boolean =>
  one.epoch === other.epoch && one.seq === other.seq && one.digest !== other.digest;
