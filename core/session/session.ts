/** One admitted connection, as far as it must be judged again until it ends. */
import type { EntityRef } from '../contracts/identifiers.ts';

export interface Session {
  readonly id: string;
  readonly subject: EntityRef;
  /** The terminal of a person; `null` when the subject is itself the terminal or a system. */
  readonly device: EntityRef | null;
  readonly object: EntityRef;
  /** What the session was opened for: `tcp:connect` where verbs are judged one by one inside it. */
  readonly verb: string;
  /** Who opened it, seen from the device. */
  readonly direction: 'outbound' | 'inbound';
  /** SHA-256 of the certificate the opener showed, lower-case hexadecimal. */
  readonly thumbprint: string;
  readonly openedAtMs: number;
  /** Judge again no later than this. */
  readonly deadlineMs: number;
  /** Ids of the policies that permitted it. */
  readonly policies: readonly string[];
}
