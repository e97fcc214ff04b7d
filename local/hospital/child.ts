/** One process of the hospital: its lines as they come, when it is ready, and its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { REPOSITORY_ROOT } from '../paths.ts';

const GRACE_MS = 5_000;

export interface ChildOptions {
  readonly name: string;
  /** Arguments of Node. */
  readonly args: readonly string[];
  readonly onLine: (line: string) => void;
  readonly onLog: (line: string) => void;
}

export interface Child {
  readonly name: string;
  /** Resolves with the line that says so; rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

export function startChild({ name, args, onLine, onLog }: ChildOptions): Child {
  const child = spawn(process.execPath, args, { cwd: REPOSITORY_ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"event":"ready"')) resolve();
      onLine(line);
    });
    void exited.then((code) => reject(new Error(`${name} ended (${code ?? 'killed'})`)));
  });
  // It is awaited by some only.
  ready.catch(() => undefined);
  createInterface({ input: child.stderr }).on('line', onLog);
  return { name, ready, exited, stop: () => stopChild(child, exited) };
}

async function stopChild(child: ChildProcess, exited: Promise<number | null>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await exited;
  clearTimeout(timer);
}
