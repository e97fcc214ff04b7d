/** Ends what a start began, in the order in which it stands on each other. */
import { ENDPOINT_PROCESS, sealEndpointState } from './endpoint/endpoint-process.ts';
import type { LocalPaths } from './paths.ts';
import { ProcessTable } from './processes.ts';
import { removeRuntime } from './runtime-file.ts';

export const SUPERVISOR = 'supervisor';

/** The newest first, so the endpoint is last; it puts its state away, and that is then whole. */
export async function endProcesses(paths: LocalPaths, processes: ProcessTable): Promise<string[]> {
  await removeRuntime(paths);
  const endings = await processes.endAll([SUPERVISOR]);
  if (endings.get(ENDPOINT_PROCESS) === 'ended') await sealEndpointState(paths);
  return [...endings.keys()];
}

/** From outside: a supervisor that runs ends its own; without one, what it left is ended here. */
export async function stopSystem(paths: LocalPaths): Promise<string[]> {
  const processes = new ProcessTable(paths);
  const supervised = processes.running().map(({ name }) => name);
  await processes.end(SUPERVISOR);
  const left = await endProcesses(paths, processes);
  return [...new Set([...supervised, ...left])].filter((name) => name !== SUPERVISOR);
}
