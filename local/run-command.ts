/** Runs one program to its end, its output in a log file; a failure shows the log's last lines. */
import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StartFailure } from './failure.ts';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly log: string;
  readonly signal?: AbortSignal;
  /** What to try when it fails. */
  readonly remedy: string;
}

const SHOWN_LINES = 15;

/** @throws StartFailure with the end of the log */
export async function runCommand(program: string, args: readonly string[], options: CommandOptions): Promise<void> {
  await mkdir(dirname(options.log), { recursive: true });
  const log = await open(options.log, 'a');
  try {
    const code = await ended(program, args, options, log.fd);
    if (code === 0) return;
    const lines = (await readFile(options.log, 'utf8')).trimEnd().split('\n').slice(-SHOWN_LINES);
    throw new StartFailure(
      `"${[program, ...args].join(' ')}" ended with ${code}:\n    ${lines.join('\n    ')}`,
      `${options.remedy} The whole output is in ${options.log}.`,
    );
  } finally {
    await log.close();
  }
}

function ended(program: string, args: readonly string[], options: CommandOptions, log: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', log, log],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}
