/** Takes commands from the broker, one after the other: verified, remembered, carried out, and told in the log. */
import type { JSONWebKeySet } from 'jose';
import type { Command } from '../../../core/contracts/command.ts';
import { type EntityRef, timestamp } from '../../../core/contracts/identifiers.ts';
import { type Result, success } from '../../../core/result.ts';
import { type AgentLog, faultOf } from '../log.ts';
import type { CommandMemory } from './command-memory.ts';
import type { Quarantine } from './quarantine.ts';
import { verifyCommand } from './verify-command.ts';

export interface CommandDeskOptions {
  readonly subject: EntityRef;
  readonly keys: JSONWebKeySet;
  readonly memory: CommandMemory;
  readonly quarantine: Quarantine;
  readonly stopProcess: (name: string) => Promise<Result<unknown>>;
  readonly collectPosture: () => void;
  /** The servers' time, as far as it is known. */
  readonly nowMs: () => number;
  readonly log: AgentLog;
}

export class CommandDesk {
  readonly #options: CommandDeskOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  /** Resolves when it is done with. Never rejects. */
  take(token: string): Promise<void> {
    this.#last = this.#last
      .then(() => this.#handle(token))
      .catch((cause: unknown) => this.#options.log('error', 'command-failed', faultOf(cause)));
    return this.#last;
  }

  async #handle(token: string): Promise<void> {
    const { memory, keys, subject, nowMs, log, collectPosture } = this.#options;
    const verified = verifyCommand({ token, keys, subject, nowMs: nowMs(), isKnown: (id) => memory.has(id) });
    if (!verified.ok) return log('warn', 'command-refused', { refusal: verified.code });
    const { commandId, expiresAt, order } = verified.value;
    await memory.add({ commandId, expiresAt }, nowMs());
    const done = await this.#carryOut(verified.value);
    const fields = { commandId, verb: order.verb };
    if (done === 'unsupported') return log('warn', 'command-unsupported', fields);
    if (!done.ok) log('warn', 'command-failed', { ...fields, failure: done.code });
    else log('info', 'command-executed', fields);
    // Whatever was done shows in the posture, and nowhere else.
    collectPosture();
  }

  async #carryOut({ order }: Command): Promise<Result<unknown> | 'unsupported'> {
    const { quarantine, stopProcess, nowMs } = this.#options;
    switch (order.verb) {
      case 'collect-posture':
        return success(undefined);
      case 'stop-process':
        return stopProcess(order.arguments.name);
      case 'set-file-aside':
        return quarantine.setAside(order.arguments.path, timestamp(nowMs()));
      case 'restore-file':
        return quarantine.restore(order.arguments.path);
      default:
        return 'unsupported';
    }
  }
}
