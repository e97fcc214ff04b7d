import { mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BundleContent } from '../../core/contracts/bundle.ts';
import { entityId, timestamp } from '../../core/contracts/identifiers.ts';
import { httpText, TestClient } from '../fixtures/gateway-client.ts';
import { writeClockRecord } from '../fixtures/gateway-clock.ts';
import { createGatewayWorld, type GatewayHandle, type GatewayWorld } from '../fixtures/gateway-world.ts';
import { DAY_MS } from '../fixtures/pki.ts';
import { refOf, testEntities, testTrust } from '../fixtures/site.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long before the end of a row a gateway is started that is to pass into the next one. */
const SHORTLY_MS = 2500;
const NOW_MS = Date.now();

const protection: BundleContent['protections'][number] = {
  id: entityId('north:protect-pump'),
  device: entityId('north:pump-3'),
  resource: entityId('north:telemetry'),
  verbs: ['tcp:connect'],
  approvedBy: 'Dr Amara Osei',
  approvedAt: timestamp(NOW_MS - DAY_MS),
  expiresAt: timestamp(NOW_MS + 30 * DAY_MS),
};
const lasting = (name: 'pump' | 'monitor' | 'analyser') => {
  const trust = testTrust(refOf(testEntities(NOW_MS)[name]), 4, NOW_MS);
  return { trust: { ...trust, validUntil: timestamp(NOW_MS + 30 * DAY_MS) } };
};

let world: GatewayWorld;
let gateway: GatewayHandle;

beforeEach(async () => {
  world = await createGatewayWorld({
    nowMs: NOW_MS,
    content: { protections: [protection] },
    subjects: {
      'north:pump-3': lasting('pump'),
      'north:monitor-1': lasting('monitor'),
      'north:analyser-1': { ...lasting('analyser'), state: 'restricted' },
    },
    // `telemetry` is care, `updates` is business.
    adapt: ({ telemetry, updates }) => ({
      updates: { ...updates, protocol: 'tcp' as const, upstream: telemetry.upstream },
    }),
  });
});
afterEach(() => world.close());

/** A whole process that starts when the newest head is this old. */
async function startAt(ageMs: number): Promise<void> {
  await mkdir(`${world.directory}/spool`, { recursive: true });
  await writeClockRecord(`${world.directory}/spool/clock.json`, NOW_MS + ageMs);
  gateway = await world.spawn();
}

type Leaf = 'pump' | 'monitor' | 'analyser';
const dial = (resource: 'telemetry' | 'updates' | 'fhir', leaf: Leaf = 'monitor'): TestClient =>
  new TestClient({
    port: gateway.port,
    pki: world.site.pki,
    leaf: world.site.leaves[leaf],
    alias: world.site.entities[resource].alias,
  });

async function allows(resource: 'telemetry' | 'updates', leaf: Leaf = 'monitor'): Promise<boolean> {
  const client = dial(resource, leaf);
  const text = await client.until('hello');
  client.close();
  return text.includes('hello');
}

async function exportStatus(): Promise<string> {
  const client = dial('fhir');
  client.send(httpText('GET', '/fhir/$export', ['Connection: close']));
  await client.closed;
  return client.received.slice(0, 12);
}

async function open(resource: 'telemetry' | 'updates', leaf: Leaf = 'monitor'): Promise<TestClient> {
  const client = dial(resource, leaf);
  expect(await client.until('hello')).toContain('hello');
  return client;
}

const runsOn = async (client: TestClient): Promise<boolean> => {
  client.send('still-here\n');
  return (await client.until('still-here')).includes('still-here');
};

const passed = async (band: string): Promise<void> => {
  while (!world.logs.some((line) => line['code'] === 'freshness-changed' && line['band'] === band))
    await new Promise((resolve) => setTimeout(resolve, 50));
};

describe('by the age of the last verified head, a gateway on its own', () => {
  it('fresh: leaves everything to policy', async () => {
    await startAt(5000);
    expect(await allows('telemetry')).toBe(true);
    expect(await allows('updates')).toBe(true);
    expect(await exportStatus()).toBe('HTTP/1.1 200');
  });

  it('recent: care and business by policy, what is privileged needs confirmation', async () => {
    await startAt(5 * MINUTE_MS);
    expect(await allows('telemetry')).toBe(true);
    expect(await allows('updates')).toBe(true);
    expect(await exportStatus()).toBe('HTTP/1.1 403');
  });

  it('stale: care and business by policy, what is privileged is closed', async () => {
    await startAt(2 * HOUR_MS);
    expect(await allows('telemetry')).toBe(true);
    expect(await allows('updates')).toBe(true);
    expect(await exportStatus()).toBe('HTTP/1.1 403');
  });

  it('isolated: care for known identities, no new business, established business runs on', async () => {
    await startAt(4 * HOUR_MS - SHORTLY_MS);
    const established = await open('updates');
    await passed('isolated');
    expect(await runsOn(established)).toBe(true);
    expect(await allows('updates')).toBe(false);
    expect(await allows('telemetry')).toBe(true);
    expect(await allows('telemetry', 'analyser')).toBe(false);
    established.close();
  });

  it('expired: nothing new, the protected session runs with an alarm, every other is cut', async () => {
    await startAt(72 * HOUR_MS - SHORTLY_MS);
    const protectedSession = await open('telemetry', 'pump');
    const other = await open('telemetry');
    await passed('expired');
    await other.closed;
    expect(await runsOn(protectedSession)).toBe(true);
    expect(await allows('telemetry')).toBe(false);
    expect(await allows('telemetry', 'pump')).toBe(false);
    await world.audited(({ event }) => event === 'session-alarm');
    expect(world.logs.some((line) => line['code'] === 'freshness-alarm')).toBe(true);
    protectedSession.close();
  });
});
