import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LineLog } from '../../../../edge/spool/line-log.ts';
import { recoverSegments } from '../../../../edge/spool/recover-segments.ts';
import { readLines } from '../../../../edge/spool/spool-reader.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(`${tmpdir()}/vg-log-`);
});
afterEach(() => rm(directory, { recursive: true }));

const open = (segmentBytes = 4096): Promise<LineLog> =>
  LineLog.open({ directory, prefix: 'audit-run', segmentBytes, durable: true });

const append = (log: LineLog, line: string): Promise<Error | null> =>
  new Promise((resolve) => log.append(line, resolve));

it('calls back when the line is in the file, which is whole lines at every moment', async () => {
  const log = await open();
  expect(await append(log, '{"n":1}')).toBeNull();
  const [name = ''] = await readdir(directory);
  const text = await readFile(`${directory}/${name}`, 'utf8');
  expect(text.length).toBe(4096);
  expect(text.trimEnd()).toBe('{"n":1}');
  await log.close();
  expect(await readFile(`${directory}/${name}`, 'utf8')).toBe('{"n":1}\n');
});

it('writes a line that nobody waits for, and keeps the order', async () => {
  const log = await open();
  log.append('first', null);
  await append(log, 'second');
  log.append('third', null);
  await log.close();
  const [name = ''] = await readdir(directory);
  expect(await readFile(`${directory}/${name}`, 'utf8')).toBe('first\nsecond\nthird\n');
});

it('goes on in a new segment when one is full and loses nothing', async () => {
  const log = await open(200);
  for (let n = 0; n < 40; n += 1) await append(log, `line-${n}-${'x'.repeat(20)}`);
  await log.close();
  const names = (await readdir(directory)).filter((name) => name.endsWith('.ndjson')).sort();
  expect(names.length).toBeGreaterThan(4);
  const texts = await Promise.all(names.map((name) => readFile(`${directory}/${name}`, 'utf8')));
  const numbers = texts
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.split('-')[1]));
  expect(numbers).toEqual(Array.from({ length: 40 }, (_, n) => n));
});

it('after a crash keeps every whole line and gives back the space that was never used', async () => {
  const log = await open();
  await append(log, 'kept');
  await recoverSegments([directory]);
  const [name = ''] = await readdir(directory);
  expect(await readFile(`${directory}/${name}`, 'utf8')).toBe('kept\n');
});

it('is read from a kept place on, and nothing is read twice', async () => {
  const log = await open();
  await append(log, 'one');
  const [name = ''] = await readdir(directory);
  const path = `${directory}/${name}`;
  const [first] = await readLines(path, 0);
  expect(first?.text).toBe('one');
  expect(await readLines(path, first?.end ?? 0)).toEqual([]);
  await append(log, 'two');
  expect((await readLines(path, first?.end ?? 0)).map(({ text }) => text)).toEqual(['two']);
  await log.close();
});
