/** Starts the supervisor as a process of its own and returns when it says that everything is ready. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { LocalPaths } from './paths.ts';

const MessageSchema = z.union([
  z.strictObject({ line: z.string() }),
  z.strictObject({ ready: z.literal(true) }),
  z.strictObject({ failed: z.string() }),
]);

/** @returns the exit code: 0 when ready, 1 when the start failed */
export function startDetached(paths: LocalPaths, args: readonly string[]): Promise<number> {
  mkdirSync(paths.logs, { recursive: true });
  const output = openSync(join(paths.logs, 'start.log'), 'w');
  const supervisor = spawn(process.execPath, [fileURLToPath(new URL('start.ts', import.meta.url)), ...args], {
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
  });
  return new Promise((resolve) => {
    const finish = (code: number): void => {
      if (supervisor.connected) supervisor.disconnect();
      supervisor.unref();
      resolve(code);
    };
    supervisor.on('message', (message) => {
      const parsed = MessageSchema.parse(message);
      if ('line' in parsed) process.stdout.write(`${parsed.line}\n`);
      else if ('ready' in parsed) finish(0);
      else {
        process.stderr.write(`\n${parsed.failed}\n`);
        finish(1);
      }
    });
    supervisor.once('exit', () => finish(1));
  });
}
