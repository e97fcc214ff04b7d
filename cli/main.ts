#!/usr/bin/env node
/** `vitalgate`: connects the frame to this process. */
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { runFrame } from './frame.ts';
import { VERBS } from './registry.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The first asks for a clean end; who asks twice does not want to wait.
  process.once(signal, () => {
    stop.abort();
    process.once(signal, () => process.exit(130));
  });
}
// A reader that has gone (`| head`) is no fault of ours.
process.stdout.on('error', () => process.exit(0));

const writeStdout = (chunk: string): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(chunk, () => resolve());
  });

const exitCode = await runFrame({
  argv: process.argv.slice(2),
  verbs: VERBS,
  nowMs: () => Date.now(),
  signal: stop.signal,
  readStdin: () => text(process.stdin),
  stdinLines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
  writeStdout,
  writeStderr: (chunk) => void process.stderr.write(chunk),
});
// Nothing that a verb left open keeps a finished command from ending.
process.exit(exitCode);
