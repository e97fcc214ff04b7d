/** Signs the sequenced truth about a site: updates, heads, snapshots, each under its own `typ`. */
import {
  HEAD_TYP,
  type Head,
  STATE_SNAPSHOT_TYP,
  STATE_UPDATE_TYP,
  type StateSnapshot,
  type StateUpdate,
} from '../contracts/site-state.ts';
import { canonicalDigest } from '../signing/digest.ts';
import { type Signer, signCompact } from '../signing/jws.ts';

/** What the next update names as `previousDigest` and a head names as `digest`. */
export const updateDigest = (update: StateUpdate): string => canonicalDigest(update);

export const sealUpdate = (update: StateUpdate, signer: Signer): Promise<string> =>
  signCompact(update, STATE_UPDATE_TYP, signer);

export const sealHead = (head: Head, signer: Signer): Promise<string> => signCompact(head, HEAD_TYP, signer);

export const sealSnapshot = (snapshot: StateSnapshot, signer: Signer): Promise<string> =>
  signCompact(snapshot, STATE_SNAPSHOT_TYP, signer);
