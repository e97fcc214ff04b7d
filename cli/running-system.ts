/** The system that runs on this machine, as `npm start` left word of it. */
import { InvalidInputError } from '../core/errors.ts';
import { ApiClient } from '../local/api-client.ts';
import { type LocalPaths, localPaths } from '../local/paths.ts';
import { type Runtime, readRuntime } from '../local/runtime-file.ts';

export interface RunningSystem {
  readonly paths: LocalPaths;
  readonly runtime: Runtime;
  readonly api: ApiClient;
}

export const statePaths = (): LocalPaths => localPaths(process.env['VITALGATE_STATE_DIRECTORY']);

/** @throws InvalidInputError `ERR_NOT_RUNNING` */
export function runningSystem(): RunningSystem {
  const paths = statePaths();
  const runtime = readRuntime(paths);
  if (runtime === undefined)
    throw new InvalidInputError('ERR_NOT_RUNNING', `nothing runs here (no ${paths.runtime}); start it with npm start`);
  return { paths, runtime, api: new ApiClient(runtime) };
}
