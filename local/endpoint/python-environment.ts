/** The endpoint's program in a private Python environment: installed once, from the package index, at pinned versions. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartFailure } from '../failure.ts';
import type { LocalPaths } from '../paths.ts';
import { runCommand } from '../run-command.ts';

const PACKAGES = ['ministack==1.5.33', 'cryptography==50.0.2', 'hypercorn==0.18.0'] as const;
/** Versions that the endpoint's program runs on. */
const OLDEST_PYTHON = [3, 10] as const;

export const pythonIn = (paths: LocalPaths): string => join(paths.venv, 'bin', 'python');
const marker = (paths: LocalPaths): string => join(paths.venv, 'installed');

export const isInstalled = (paths: LocalPaths): boolean =>
  existsSync(pythonIn(paths)) &&
  existsSync(marker(paths)) &&
  readFileSync(marker(paths), 'utf8') === PACKAGES.join('\n');

/** @throws StartFailure when Python or its `venv` module is missing, or the packages cannot be fetched */
export async function ensurePythonEnvironment(paths: LocalPaths, signal?: AbortSignal): Promise<void> {
  if (isInstalled(paths)) return;
  const python = findPython();
  await rm(paths.venv, { recursive: true, force: true });
  const log = join(paths.logs, 'install.log');
  const common = { log, ...(signal === undefined ? {} : { signal }) };
  await runCommand(python, ['-m', 'venv', paths.venv], {
    ...common,
    remedy: 'Install the venv module of Python 3 ("apt-get install python3-venv" on Debian and Ubuntu).',
  });
  await runCommand(
    pythonIn(paths),
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:', ...PACKAGES],
    { ...common, remedy: 'Check that pip can reach its package index, then start again.' },
  );
  await writeFile(marker(paths), PACKAGES.join('\n'));
}

function findPython(): string {
  for (const program of ['python3', 'python']) {
    const found = spawnSync(program, ['-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' });
    if (found.status !== 0) continue;
    const [major = 0, minor = 0] = found.stdout.trim().split(' ').map(Number);
    if (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]) return program;
  }
  throw new StartFailure(
    `Python ${OLDEST_PYTHON.join('.')} or newer was not found; the local AWS endpoint runs on it.`,
    'Install it with its venv module ("apt-get install python3 python3-venv" on Debian and Ubuntu) and start again.',
  );
}
