import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalPaths, localPaths } from '../../../local/paths.ts';
import { ProcessTable } from '../../../local/processes.ts';

let paths: LocalPaths;
let table: ProcessTable;

beforeEach(() => {
  paths = localPaths(mkdtempSync(join(tmpdir(), 'vitalgate-processes-')));
  table = new ProcessTable(paths);
});
afterEach(async () => {
  await table.endAll();
  rmSync(paths.root, { recursive: true, force: true });
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const saying = async (log: string, text: string): Promise<string> => {
  for (;;) {
    const said = readFileSync(log, 'utf8');
    if (said.includes(text)) return said;
    await delay(20);
  }
};

const SLEEP = ['-e', 'console.log("up"); setInterval(() => {}, 1000)'];

describe('the process table', () => {
  it('knows what it started, also as another instance after a crash', async () => {
    const started = table.start('sleeper', process.execPath, SLEEP);
    expect(new ProcessTable(paths).running()).toMatchObject([{ name: 'sleeper', pid: started.pid }]);
  });

  it('ends a process that listens to the request, and says so', async () => {
    const { log, pid } = table.start('sleeper', process.execPath, SLEEP);
    await saying(log, 'up');
    expect(await table.end('sleeper')).toBe('ended');
    expect(isAlive(pid)).toBe(false);
    expect(table.running()).toEqual([]);
  });

  it('ends what a process started as well', async () => {
    const code = `const c = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      console.log('child ' + c.pid + ' end'); setInterval(() => {}, 1000)`;
    const { log } = table.start('parent', process.execPath, ['-e', code]);
    const child = Number(/child (\d+) end/.exec(await saying(log, 'end'))?.[1]);
    await table.end('parent');
    while (isAlive(child)) await delay(20);
    expect(isAlive(child)).toBe(false);
  });

  it('touches no process that was given the id of one of its own', async () => {
    const { pid } = table.start('sleeper', process.execPath, SLEEP);
    writeFileSync(paths.processes, JSON.stringify([{ name: 'sleeper', pid, began: '1' }]));
    expect(await table.end('sleeper')).toBe('absent');
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });

  it('takes a damaged list for an empty one', () => {
    writeFileSync(paths.processes, '{');
    expect(table.running()).toEqual([]);
  });

  it('ends all but the named ones, the newest first', async () => {
    for (const name of ['first', 'second', 'kept']) await saying(table.start(name, process.execPath, SLEEP).log, 'up');
    expect([...(await table.endAll(['kept'])).keys()]).toEqual(['second', 'first']);
    expect(table.running()).toMatchObject([{ name: 'kept' }]);
  });
});
