/**
 * `npm start`: the real stacks, an issuer, the gateway and a simulated hospital on this machine, in the foreground until
 * Ctrl-C. `--detach` returns when all is ready (`npm stop` ends it); `--fresh` forgets what earlier runs kept.
 */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startDetached } from './detached-start.ts';
import { StartFailure } from './failure.ts';
import { localPaths } from './paths.ts';
import { portsFrom } from './ports.ts';
import { ProcessTable } from './processes.ts';
import { progressTo } from './progress.ts';
import { endProcesses, SUPERVISOR } from './stop-system.ts';
import { summary } from './summary.ts';
import { type RunningSystem, startSystem } from './supervisor.ts';

const FOLLOW_MS = 500;

const paths = localPaths(process.env['VITALGATE_STATE_DIRECTORY']);
const processes = new ProcessTable(paths);
/** A parent that waits for a detached start gets what a person would see; else it goes to the terminal. */
const tell = (line: string): void => {
  if (process.connected) process.send?.({ line });
  else process.stdout.write(`${line}\n`);
};

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { detach: { type: 'boolean' }, fresh: { type: 'boolean' } } });
  if (values.detach === true) return startDetached(paths, values.fresh === true ? ['--fresh'] : []);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  if (processes.running().some(({ name }) => name === SUPERVISOR))
    throw new StartFailure('It is running already.', 'See .local/runtime.json, or end it with "npm stop".');
  const left = await endProcesses(paths, processes);
  if (left.length > 0) tell(`  ended what an earlier run left behind: ${left.join(', ')}`);
  if (values.fresh === true) await forget();
  processes.record(SUPERVISOR, process.pid);
  return supervise(stop.signal);
}

async function supervise(signal: AbortSignal): Promise<number> {
  const begun = performance.now();
  try {
    const ports = portsFrom(process.env);
    const progress = progressTo(tell);
    const system = await startSystem({ paths, ports, processes, progress, signal, nowMs: Date.now });
    tell(summary(system.runtime, ports, (performance.now() - begun) / 1000));
    if (process.connected) process.send?.({ ready: true });
    watch(system, signal);
    void follow(system, signal);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    return 0;
  } catch (cause) {
    if (signal.aborted) return 0;
    throw cause;
  } finally {
    tell('\nStopping …');
    await endProcesses(paths, processes);
    processes.forget(SUPERVISOR);
  }
}

/** A part that ends by itself is told of; the others go on, as they would in a hospital. */
function watch(system: RunningSystem, signal: AbortSignal): void {
  for (const { name, log, exited } of system.processes)
    void exited.then((code) => {
      if (!signal.aborted) tell(`The ${name} has ended (${code ?? 'killed'}); its output is in ${log}`);
    });
}

/** Tells what happens in the hospital, for whoever watches. */
async function follow(system: RunningSystem, signal: AbortSignal): Promise<void> {
  const log = system.processes.find(({ name }) => name === 'hospital')?.log;
  if (log === undefined) return;
  let told = 0;
  while (!signal.aborted) {
    const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
    for (const line of lines.slice(told)) if (!line.startsWith('{')) tell(line);
    told = lines.length;
    await delay(FOLLOW_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function forget(): Promise<void> {
  const kept = [paths.venv, paths.tls];
  for (const path of Object.values(paths))
    if (path !== paths.root && !kept.some((one) => path === one || path.startsWith(`${one}/`)))
      await rm(path, { recursive: true, force: true });
}

try {
  process.exitCode = await main();
} catch (cause) {
  const problem = cause instanceof StartFailure ? `${cause.message}\n  → ${cause.remedy}` : describe(cause);
  if (process.connected) process.send?.({ failed: problem });
  else process.stderr.write(`\n${problem}\n`);
  process.exitCode = 1;
} finally {
  if (process.connected) process.disconnect();
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
