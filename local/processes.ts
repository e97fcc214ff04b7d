/**
 * The processes of a run: each in a process group of its own, so that what it started goes with it. They are written
 * down with the moment they began, so that a later `start` or `stop` finds what a crash left behind and touches nothing
 * else, even if a process id has been given away again.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { LocalPaths } from './paths.ts';

const RecordSchema = z.strictObject({
  name: z.string(),
  pid: z.int().positive(),
  /** The kernel's own mark of when it began; with the id it names one process for good. */
  began: z.string(),
});
type ProcessRecord = z.infer<typeof RecordSchema>;

export interface StartedProcess {
  readonly name: string;
  readonly pid: number;
  readonly log: string;
  /** Resolves when it ends, whoever ended it. */
  readonly exited: Promise<number | null>;
}

/** `ended` by itself, with its things put away; `killed`, without; `absent`: it was not there. */
export type Ending = 'ended' | 'killed' | 'absent';

export interface ProcessOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

const GRACE_MS = 15_000;
const POLL_MS = 50;

export class ProcessTable {
  readonly #paths: LocalPaths;

  constructor(paths: LocalPaths) {
    this.#paths = paths;
  }

  /** Output goes to `logs/NAME.log`, begun anew. */
  start(name: string, program: string, args: readonly string[], options: ProcessOptions = {}): StartedProcess {
    mkdirSync(this.#paths.logs, { recursive: true });
    const log = join(this.#paths.logs, `${name}.log`);
    const output = openSync(log, 'w');
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', output, output],
      detached: true,
    });
    const exited = new Promise<number | null>((resolve) => {
      child.once('exit', (code) => resolve(code));
      child.once('error', () => resolve(null));
    });
    if (child.pid === undefined) throw new Error(`${program} could not be started`);
    this.record(name, child.pid);
    return { name, pid: child.pid, log, exited };
  }

  record(name: string, pid: number): void {
    this.#write([...this.#read().filter((one) => one.name !== name), { name, pid, began: beganAt(pid) ?? '' }]);
  }

  /** Takes one off the list without touching it. */
  forget(name: string): void {
    this.#write(this.#read().filter((one) => one.name !== name));
  }

  /** What was started and is still there, the newest last. */
  running(): ProcessRecord[] {
    return this.#read().filter(isRunning);
  }

  /** Asks the process to end and gives it time to put its things away; whatever is left of its group then is killed. */
  async end(name: string): Promise<Ending> {
    const record = this.running().find((one) => one.name === name);
    const ending = record === undefined ? 'absent' : await endGroup(record);
    this.forget(name);
    return ending;
  }

  /** Ends all but the named ones, the newest first. */
  async endAll(except: readonly string[] = []): Promise<Map<string, Ending>> {
    const endings = new Map<string, Ending>();
    for (const { name } of this.running().reverse()) {
      if (except.includes(name)) continue;
      endings.set(name, await this.end(name));
    }
    return endings;
  }

  #read(): ProcessRecord[] {
    if (!existsSync(this.#paths.processes)) return [];
    try {
      const parsed = z.array(RecordSchema).safeParse(JSON.parse(readFileSync(this.#paths.processes, 'utf8')));
      return parsed.success ? parsed.data : [];
    } catch {
      return [];
    }
  }

  #write(records: readonly ProcessRecord[]): void {
    if (records.length === 0) {
      rmSync(this.#paths.processes, { force: true });
      return;
    }
    mkdirSync(dirname(this.#paths.processes), { recursive: true });
    const staged = `${this.#paths.processes}.${process.pid}`;
    writeFileSync(staged, JSON.stringify(records, null, 2));
    renameSync(staged, this.#paths.processes);
  }
}

const isRunning = (record: ProcessRecord): boolean => {
  const began = beganAt(record.pid);
  return began !== undefined && began === record.began;
};

/** Field 22 of `/proc/PID/stat`; where there is no `/proc`, only that the process is there. */
function beganAt(pid: number): string | undefined {
  if (existsSync('/proc/self/stat')) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  return signalled(pid, 0) ? '' : undefined;
}

async function endGroup(record: ProcessRecord): Promise<Ending> {
  signalled(record.pid, 'SIGTERM');
  const deadline = performance.now() + GRACE_MS;
  while (isRunning(record) && performance.now() < deadline) await delay(POLL_MS);
  const ending = isRunning(record) ? 'killed' : 'ended';
  signalled(-record.pid, 'SIGKILL');
  if (isRunning(record)) signalled(record.pid, 'SIGKILL');
  while (isRunning(record)) await delay(POLL_MS);
  return ending;
}

function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
