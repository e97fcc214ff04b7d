import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';

const SCRIPT = fileURLToPath(new URL('../../../scripts/run.mjs', import.meta.url));
const { isStale } = z
  .object({ isStale: z.custom<(root: string) => boolean>((value) => typeof value === 'function') })
  .parse(await import(SCRIPT));

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vitalgate-run-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, value: unknown): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(value));
};
const locked = {
  '': {},
  'node_modules/a': { version: '1.0.0' },
  'node_modules/b': { version: '2.0.0', optional: true },
};

describe('the modules', () => {
  it('are stale when there are none', () => {
    write('package-lock.json', { packages: locked });
    expect(isStale(root)).toBe(true);
  });

  it.each([
    [
      'what the lock file names',
      { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } },
      false,
    ],
    ['all but a package for another machine', { 'node_modules/a': { version: '1.0.0' } }, false],
    ['an older version', { 'node_modules/a': { version: '0.9.0' } }, true],
    [
      'an older version of an optional one',
      { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } },
      true,
    ],
    ['not all', {}, true],
  ])('that hold %s', (_, packages, stale) => {
    write('package-lock.json', { packages: locked });
    write('node_modules/.package-lock.json', { packages });
    write('node_modules/.bin/node', '');
    expect(isStale(root)).toBe(stale);
  });
});

describe('the script', () => {
  it('says what it can do when it is asked for something else', () => {
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT, 'dance'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('start, stop, test');
  });
});
