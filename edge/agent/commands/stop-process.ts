/** Ends programs by name: asked first, then made to. Never this agent, what started it, or the first process. */
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { failure, type Result, success } from '../../../core/result.ts';
import { listProcesses, type ProcessEntry } from '../proc.ts';

const GRACE_MS = 3_000;
const STEP_MS = 50;

export type StopFailure = 'process-missing' | 'process-not-permitted';

export interface StopOptions {
  readonly procDirectory: string;
  /** These are never stopped. */
  readonly spared: ReadonlySet<number>;
  readonly kill: (pid: number, signal: 'SIGTERM' | 'SIGKILL' | 0) => void;
}

/** @returns how many were running */
export async function stopProcess(name: string, options: StopOptions): Promise<Result<number, StopFailure>> {
  const isMeant = (one: ProcessEntry): boolean =>
    !options.spared.has(one.pid) &&
    one.pid !== 1 &&
    (one.name === name || (one.executable !== undefined && basename(one.executable) === name));
  const found = (await listProcesses(options.procDirectory)).filter(isMeant);
  if (found.length === 0) return failure('process-missing', 'no such process is running');
  const asked = found.filter(({ pid }) => signalled(options, pid, 'SIGTERM'));
  if (asked.length === 0) return failure('process-not-permitted', 'the system does not let the agent stop it');
  for (let waitedMs = 0; waitedMs < GRACE_MS; waitedMs += STEP_MS) {
    if (!asked.some(({ pid }) => signalled(options, pid, 0))) return success(asked.length);
    await pause(STEP_MS);
  }
  for (const { pid } of asked) signalled(options, pid, 'SIGKILL');
  return success(asked.length);
}

function signalled({ kill }: StopOptions, pid: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
