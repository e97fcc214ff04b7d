/**
 * The door of `npm start`, `npm stop` and `npm test`: runs on any Node from 18 without a package installed, brings the
 * modules to the state that package-lock.json names, and goes on under the Node that they contain.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const OLDEST_NODE = 18;

const VERBS = {
  start: ['local/start.ts'],
  stop: ['local/stop.ts'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
};

/** Whether what is installed is what the lock file names; a package for another kind of machine may be absent. */
export function isStale(root = ROOT) {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  const locked = packagesOf(join(root, 'package-lock.json'));
  if (installed === undefined || locked === undefined || !existsSync(join(root, 'node_modules', '.bin', 'node')))
    return true;
  return Object.entries(locked).some(([path, { version, optional, link }]) => {
    if (path === '' || link === true) return false;
    const held = installed[path];
    return held === undefined ? optional !== true : held.version !== version;
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function fail(problem, remedy) {
  process.stderr.write(`\n${problem}\n  → ${remedy}\n`);
  process.exit(1);
}

function install() {
  process.stdout.write('Installing the modules that package-lock.json names …\n');
  const began = Date.now();
  const npm = process.env.npm_execpath;
  const [program, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const done = spawnSync(program, [...args, 'ci', '--no-audit', '--no-fund'], { cwd: ROOT, stdio: 'inherit' });
  if (done.error !== undefined)
    fail('npm was not found.', 'Install Node.js 18 or newer together with npm, and start again.');
  if (done.status !== 0) fail('"npm ci" did not succeed.', 'See its output above; it needs to reach the npm registry.');
  process.stdout.write(`  done in ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
}

/** The terminal sends Ctrl-C to the whole group, so the child has it already; what was sent to us alone is passed on. */
function go(args) {
  const child = spawn(NODE, args, { cwd: ROOT, stdio: 'inherit' });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (cause) =>
    fail(`${NODE} could not be run (${cause.message}).`, 'Delete node_modules and start again.'),
  );
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const [verb, ...args] = process.argv.slice(2);
  const target = VERBS[verb];
  if (target === undefined) fail(`Unknown: ${verb ?? 'nothing'}.`, `Give one of ${Object.keys(VERBS).join(', ')}.`);
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE)
    fail(
      `Node.js ${process.versions.node} is too old to begin with.`,
      `Install Node.js ${OLDEST_NODE} or newer; the rest brings its own.`,
    );
  if (isStale()) install();
  go([...target, ...args]);
}
