/** A command is obeyed when the control plane signed it, it is for this subject, still in time, and new. */
import type { JSONWebKeySet } from 'jose';
import { COMMAND_TYP, type Command, CommandSchema } from '../../../core/contracts/command.ts';
import { type EntityRef, siteOf } from '../../../core/contracts/identifiers.ts';
import { failure, type Result, success } from '../../../core/result.ts';
import { openDocument } from '../../../core/signing/open-document.ts';

/** An issuer's clock may run ahead by this much. */
const MAX_FUTURE_SKEW_MS = 120_000;
/** A longer life would make one stolen command a key; the control plane signs for minutes. */
const MAX_LIFETIME_MS = 24 * 3600 * 1000;

export type CommandRefusal =
  | 'command-signature'
  | 'command-malformed'
  | 'command-foreign'
  | 'command-from-future'
  | 'command-expired'
  | 'command-replayed';

export interface CommandArrival {
  readonly token: string;
  readonly keys: JSONWebKeySet;
  readonly subject: EntityRef;
  readonly nowMs: number;
  readonly isKnown: (commandId: string) => boolean;
}

export function verifyCommand(arrival: CommandArrival): Result<Command, CommandRefusal> {
  const { token, keys, subject, nowMs, isKnown } = arrival;
  const opened = openDocument(token.trim(), keys, COMMAND_TYP, CommandSchema);
  if (!opened.ok) {
    return opened.code === 'jws-payload'
      ? failure('command-malformed', 'what was signed is no command of this version')
      : failure('command-signature', `the command is not signed by the control plane (${opened.code})`);
  }
  const command = opened.value.document;
  const { target, site } = command;
  if (site !== siteOf(subject.id) || target.kind !== subject.kind || target.id !== subject.id)
    return failure('command-foreign', 'the command is for someone else');
  const [issuedMs, expiresMs] = [Date.parse(command.issuedAt), Date.parse(command.expiresAt)];
  if (issuedMs > nowMs + MAX_FUTURE_SKEW_MS) return failure('command-from-future', 'the command is dated ahead');
  if (nowMs >= expiresMs || expiresMs - issuedMs > MAX_LIFETIME_MS)
    return failure('command-expired', 'the command is not, or no longer, in time');
  return isKnown(command.commandId) ? failure('command-replayed', 'the command was obeyed before') : success(command);
}
