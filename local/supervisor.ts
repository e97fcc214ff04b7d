/** The whole system on one machine: what is started in which order, and ended in the reverse. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { apiBaseUrl, deploy } from './deployment/deploy.ts';
import { deploymentTarget, discardUnlessWhole, startLocalEndpoint } from './endpoint/local-endpoint.ts';
import { ensureMachineCertificates } from './endpoint/machine-authority.ts';
import { ensurePythonEnvironment, isInstalled } from './endpoint/python-environment.ts';
import { setUpGateway } from './gateway/gateway-setup.ts';
import { seedHospital } from './hospital/seed.ts';
import { type LocalPaths, REPOSITORY_ROOT } from './paths.ts';
import { assertPortsFree } from './port-check.ts';
import type { Ports } from './ports.ts';
import type { ProcessTable, StartedProcess } from './processes.ts';
import type { Progress } from './progress.ts';
import { type Runtime, runtimeOf, writeRuntime } from './runtime-file.ts';
import { localSettings } from './settings.ts';
import { waitUntil } from './wait-until.ts';

export interface StartOptions {
  readonly paths: LocalPaths;
  readonly ports: Ports;
  readonly processes: ProcessTable;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
}

export interface RunningSystem {
  readonly runtime: Runtime;
  readonly processes: readonly StartedProcess[];
}

const READY_SECONDS = 60;

/** Resolves when everything answers. What was started before a failure is in the process table, for the caller to end. */
export async function startSystem(options: StartOptions): Promise<RunningSystem> {
  const { paths, ports, progress, signal, nowMs } = options;
  await assertPortsFree(ports, ['ENDPOINT', 'MQTT', 'ISSUER', 'TLS', 'METRICS']);
  await mkdir(paths.root, { recursive: true });
  if (!isInstalled(paths))
    await progress.step('install the local AWS endpoint (first start only)', () =>
      ensurePythonEnvironment(paths, signal),
    );
  await ensureMachineCertificates(paths, nowMs());
  if (await discardUnlessWhole(paths)) progress.say('  the last run did not end cleanly: beginning with fresh state');
  const settings = localSettings(ports);
  const issuer = startNode(options, 'issuer', ['local/issuer/main.ts']);
  const starting = startLocalEndpoint({ ...options, nowMs: nowMs() });
  const endpoint = progress.step('start the local AWS endpoint', () => starting);
  const target = deploymentTarget(options, starting);
  await progress.step('deploy the stacks', () => deploy({ paths, settings, target, signal }));
  const started: StartedProcess[] = [issuer, (await endpoint).process];
  const facts = { paths, ports, settings, apiBaseUrl: apiBaseUrl(target) };
  const runtime = runtimeOf(facts);
  await progress.step('start the development issuer', () => isReady(issuer, signal));
  await progress.step('commission the gateway and seed the site', async () => {
    const configuration = await setUpGateway(facts, nowMs);
    await seedHospital(runtime);
    started.push(startNode(options, 'gateway', ['cli/main.ts', 'gateway', 'run', '--config', configuration]));
  });
  await progress.step('start the gateway', () => isReady(started[2] ?? issuer, signal));
  await writeRuntime(paths, runtime);
  const hospital = startNode(options, 'hospital', ['local/hospital/main.ts']);
  started.push(hospital);
  await progress.step('start the simulated hospital', () => isReady(hospital, signal));
  return { runtime, processes: started };
}

/** A program of this repository, in a process of its own, under the Node that the repository brings. */
function startNode({ paths, processes }: StartOptions, name: string, args: readonly string[]): StartedProcess {
  return processes.start(name, process.execPath, args, {
    cwd: REPOSITORY_ROOT,
    env: { ...process.env, NODE_EXTRA_CA_CERTS: paths.caCertificate, VITALGATE_STATE_DIRECTORY: paths.root },
  });
}

/** Each program prints one JSON line with the event `ready` when it is. */
async function isReady(program: StartedProcess, signal: AbortSignal): Promise<void> {
  let ended = false;
  void program.exited.then(() => {
    ended = true;
  });
  await waitUntil(
    async () => {
      if (existsSync(program.log) && readFileSync(program.log, 'utf8').includes('"event":"ready"')) return true;
      if (ended) throw new Error(`${program.name} ended while starting; its output is in ${program.log}`);
      return false;
    },
    { seconds: READY_SECONDS, what: `The ${program.name}`, log: program.log, signal },
  );
}
