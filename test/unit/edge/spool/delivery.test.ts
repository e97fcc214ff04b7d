import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SpoolDelivery } from '../../../../edge/spool/delivery.ts';
import { Outbox } from '../../../../edge/spool/outbox.ts';

let directory: string;
let sent: string[];
let broken: boolean;
beforeEach(async () => {
  directory = await mkdtemp(`${tmpdir()}/vg-spool-`);
  sent = [];
  broken = false;
});
afterEach(() => rm(directory, { recursive: true }));

const openDelivery = (running: string[] = []): Promise<SpoolDelivery> =>
  SpoolDelivery.open({
    directories: { audit: directory, flows: directory, sessions: directory, evidence: directory, health: directory },
    cursorFile: `${directory}/delivered.json`,
    publish: (topic, message) => {
      if (broken) return Promise.reject(new Error('away'));
      sent.push(`${topic} ${message}`);
      return Promise.resolve();
    },
    runningProcesses: () => new Set(running),
    onDelivered: () => undefined,
  });

async function spool(...numbers: number[]): Promise<void> {
  const outbox = await Outbox.open(directory, `run-${numbers[0]}`, () => undefined);
  for (const n of numbers) outbox.put('sessions', { n });
  await outbox.close();
}

it('sends every line once the broker confirms, and removes what was delivered whole', async () => {
  await spool(1, 2);
  const delivery = await openDelivery();
  expect(await delivery.deliverOnce()).toBe(2);
  expect(sent).toEqual(['sessions {"n":1}', 'sessions {"n":2}']);
  expect((await readdir(directory)).filter((name) => name.endsWith('.ndjson'))).toEqual([]);
});

it('keeps what was not confirmed and sends it later', async () => {
  await spool(1);
  const delivery = await openDelivery();
  broken = true;
  await expect(delivery.deliverOnce()).rejects.toThrow('away');
  broken = false;
  expect(await delivery.deliverOnce()).toBe(1);
});

it('goes on behind what an earlier run had delivered', async () => {
  const outbox = await Outbox.open(directory, 'now-0', () => undefined);
  outbox.put('flows', { n: 1 });
  await new Promise((resolve) => setTimeout(resolve, 150));
  await (await openDelivery(['now-0'])).deliverOnce();
  outbox.put('flows', { n: 2 });
  await outbox.close();
  await (await openDelivery()).deliverOnce();
  expect(sent).toEqual(['flows {"n":1}', 'flows {"n":2}']);
});

it('sends again rather than losing when its own note is unreadable', async () => {
  await spool(1);
  const { writeFile } = await import('node:fs/promises');
  await writeFile(`${directory}/delivered.json`, 'not json');
  expect(await (await openDelivery()).deliverOnce()).toBe(1);
});
