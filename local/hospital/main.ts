/**
 * The simulated hospital as it lives: the business systems, the agents of all devices, and the devices' own programs,
 * each a real process that knows nothing of the others. Prints a line when something happens that is worth one.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { localPaths } from '../paths.ts';
import { type Child, startChild } from './child.ts';
import { agentConfigFile, devicesFile, systemsFile } from './configurations.ts';
import { DEVICES } from './inventory.ts';
import { Story } from './story.ts';

/** A part that ended is started again after this: a hospital does not stay without its pumps. */
const RESTART_MS = 5_000;
/** An agent that says its input is wrong will say so again. */
const BAD_INPUT = 2;

const { hospital, logs } = localPaths(process.env['VITALGATE_STATE_DIRECTORY']);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

const story = new Story();
const children = new Map<string, Child>();
mkdirSync(join(logs, 'hospital'), { recursive: true });

function tell(line: string | undefined): void {
  if (line !== undefined) process.stdout.write(`${line}\n`);
}

/** Everything that a part says is kept; what is worth a line is told. */
function keep(name: string, line: string): void {
  appendFileSync(join(logs, 'hospital', `${name}.log`), `${line}\n`);
}

interface Part {
  readonly name: string;
  readonly args: readonly string[];
  readonly tellLine: (line: string) => string | undefined;
}

/** In the order in which a ward comes to life: devices get their identity, then systems and programs begin to talk. */
const agents: readonly Part[] = DEVICES.map(({ name }) => ({
  name: `agent-${name}`,
  args: ['cli/main.ts', 'agent', 'run', '--config', agentConfigFile(hospital, name)],
  tellLine: (line: string) => story.ofAgent(name, line),
}));
const programs: readonly Part[] = [
  { name: 'systems', file: systemsFile(hospital) },
  { name: 'devices', file: devicesFile(hospital) },
].map(({ name, file }) => ({
  name,
  args: [`local/hospital/${name}/main.ts`, '--config', file],
  tellLine: (line: string) => story.ofProgram(line),
}));

function start({ name, args, tellLine }: Part): Child {
  const heard = (line: string): void => {
    keep(name, line);
    tell(tellLine(line));
  };
  const child = startChild({ name, args, onLine: heard, onLog: heard });
  children.set(name, child);
  return child;
}

async function live(part: Part): Promise<void> {
  while (!stop.signal.aborted) {
    const child = children.get(part.name) ?? start(part);
    const code = await child.exited;
    children.delete(part.name);
    if (stop.signal.aborted || code === BAD_INPUT) return;
    tell(`          ${part.name} has ended (${code ?? 'killed'}) and is started again`);
    await pause(RESTART_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}

try {
  for (const wave of [agents, programs]) await Promise.all(wave.map((part) => start(part).ready));
  const parts = [...agents, ...programs];
  process.stdout.write(`${JSON.stringify({ event: 'ready', pid: process.pid, parts: parts.length })}\n`);
  await Promise.race([
    Promise.all(parts.map(live)),
    new Promise<void>((resolve) => {
      if (stop.signal.aborted) resolve();
      stop.signal.addEventListener('abort', () => resolve(), { once: true });
    }),
  ]);
} catch (cause) {
  if (!stop.signal.aborted) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}; see ${join(logs, 'hospital')}\n`);
    process.exitCode = 1;
  }
} finally {
  await Promise.all([...children.values()].map((child) => child.stop()));
}
