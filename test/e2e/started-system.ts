/** The whole system, started as `npm start` starts it, on ports and in a directory of its own. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../local/api-client.ts';
import { type HospitalPlan, readPlan } from '../../local/hospital/plan.ts';
import { type LocalPaths, localPaths, REPOSITORY_ROOT } from '../../local/paths.ts';
import { DEFAULT_PORTS, type PortName, type Ports } from '../../local/ports.ts';
import { ProcessTable } from '../../local/processes.ts';
import type { Runtime } from '../../local/runtime-file.ts';
import { endProcesses } from '../../local/stop-system.ts';
import { startSystem } from '../../local/supervisor.ts';

export interface Answered {
  readonly code: number;
  readonly document: Record<string, unknown>;
}

export interface StartedSystem {
  readonly paths: LocalPaths;
  readonly ports: Ports;
  readonly runtime: Runtime;
  readonly api: ApiClient;
  readonly plan: HospitalPlan;
  /** Runs the command line as a person does, with `--json`. */
  vitalgate(args: readonly string[], stdin?: string): Promise<Answered>;
  stop(): Promise<void>;
}

export async function startedSystem(): Promise<StartedSystem> {
  const directory = mkdtempSync(join(tmpdir(), 'vitalgate-e2e-'));
  const paths = localPaths(directory, localPaths().venv);
  const ports = await freePorts();
  const environment = environmentOf(directory, ports);
  // The parts are processes that read their ports and their directory from the environment, as in any run.
  Object.assign(process.env, environment);
  const processes = new ProcessTable(paths);
  const signal = new AbortController().signal;
  const stop = async (): Promise<void> => {
    await endProcesses(paths, processes);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const progress = { step: <T>(_what: string, work: () => Promise<T>) => work(), say: () => undefined };
    const { runtime } = await startSystem({ paths, ports, processes, progress, signal, nowMs: Date.now });
    return {
      paths,
      ports,
      runtime,
      api: new ApiClient(runtime),
      plan: await readPlan(paths.hospital),
      vitalgate: (args, stdin) => vitalgate([...args, '--json'], environment, stdin),
      stop,
    };
  } catch (cause) {
    const logs = ['hospital', 'gateway', 'issuer'].map((name) => `${name}: ${tail(join(paths.logs, `${name}.log`))}`);
    await stop();
    throw new Error(`the system did not start\n${logs.join('\n')}`, { cause });
  }
}

function vitalgate(args: readonly string[], environment: NodeJS.ProcessEnv, stdin = ''): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const main = join(REPOSITORY_ROOT, 'cli', 'main.ts');
    const child = execFile(
      process.execPath,
      [main, ...args],
      { env: { ...process.env, ...environment } },
      (fault, stdout, stderr) => {
        const code = typeof fault?.code === 'number' ? fault.code : fault === null ? 0 : 255;
        try {
          resolve({ code, document: JSON.parse(stdout) as Record<string, unknown> });
        } catch {
          reject(new Error(`${args.join(' ')} ended with ${code} and said\n${stdout}${stderr}`));
        }
      },
    );
    child.stdin?.end(stdin);
  });
}

const environmentOf = (directory: string, ports: Ports): NodeJS.ProcessEnv => ({
  VITALGATE_STATE_DIRECTORY: directory,
  ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [`VITALGATE_${name}_PORT`, String(port)])),
});

/** All held open until each is known, so that none is given twice. */
async function freePorts(): Promise<Ports> {
  const names = Object.keys(DEFAULT_PORTS) as PortName[];
  const held = await Promise.all(
    names.map(async (name) => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      return { name, server, port: typeof address === 'object' && address !== null ? address.port : 0 };
    }),
  );
  await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(held.map(({ name, port }) => [name, port])) as Ports;
}

function tail(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(-2000);
  } catch {
    return 'nothing was said';
  }
}
