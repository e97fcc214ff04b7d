import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BundleContent } from '../../core/contracts/bundle.ts';
import { entityId, timestamp } from '../../core/contracts/identifiers.ts';
import type { StateChange, SubjectState } from '../../core/contracts/site-state.ts';
import { httpText, TestClient } from '../fixtures/gateway-client.ts';
import { createGatewayWorld, type GatewayHandle, type GatewayWorld } from '../fixtures/gateway-world.ts';
import { DAY_MS } from '../fixtures/pki.ts';
import { refOf, testSubject, testTrust } from '../fixtures/site.ts';

let world: GatewayWorld;
let gateway: GatewayHandle;

const NOW_MS = Date.now();
const PROTECTION: BundleContent['protections'][number] = {
  id: entityId('north:protect-pump'),
  device: entityId('north:pump-3'),
  resource: entityId('north:telemetry'),
  verbs: ['tcp:connect'],
  approvedBy: 'Dr Amara Osei',
  approvedAt: timestamp(NOW_MS - DAY_MS),
  expiresAt: timestamp(NOW_MS + DAY_MS),
};

beforeEach(async () => {
  world = await createGatewayWorld({ nowMs: NOW_MS, content: { protections: [PROTECTION] } });
  gateway = await world.start();
});
afterEach(() => world.close());

const dial = (alias: string, leaf: 'pump' | 'monitor' = 'monitor'): TestClient =>
  new TestClient({ port: gateway.port, pki: world.site.pki, leaf: world.site.leaves[leaf], alias });

function putSubject(name: 'pump' | 'monitor', changes: Partial<SubjectState>): StateChange {
  const ref = refOf(world.site.entities[name]);
  const thumbprints = [world.site.leaves[name].thumbprint];
  return { op: 'put-subject', subject: testSubject(ref, changes, { thumbprints, nowMs: NOW_MS }) };
}

const distrust = (name: 'pump' | 'monitor'): StateChange =>
  putSubject(name, {
    state: 'quarantined',
    posture: { grade: 'F', assessedAt: timestamp(NOW_MS) },
    trust: testTrust(refOf(world.site.entities[name]), 0, NOW_MS),
  });

async function openTcp(leaf: 'pump' | 'monitor' = 'monitor'): Promise<TestClient> {
  const client = dial(world.site.entities.telemetry.alias, leaf);
  await client.until('hello');
  return client;
}

async function expectRefused(leaf: 'pump' | 'monitor' = 'monitor'): Promise<void> {
  const again = dial(world.site.entities.telemetry.alias, leaf);
  await again.closed;
  expect(again.received).toBe('');
}

describe('an open session is cut and the next attempt refused', () => {
  it('when trust falls', async () => {
    const client = await openTcp();
    await world.order([distrust('monitor')]);
    await client.closed;
    await expectRefused();
    const cut = await world.audited(({ event }) => event === 'session-cut');
    expect(cut.details['microsFromOrder']).toBeGreaterThan(0);
  });

  it('when the policy that permits it is withdrawn', async () => {
    const client = await openTcp();
    await world.order([{ op: 'withdraw', kind: 'policy', id: '900-test-open', untilBundleVersion: 2 }]);
    await client.closed;
    await expectRefused();
  });

  it('when the certificate is no longer among those of its device', async () => {
    const client = await openTcp();
    await world.order([putSubject('monitor', { certificates: [] })]);
    await client.closed;
    await expectRefused();
  });

  it('when responsibility for the device lapses', async () => {
    const client = await openTcp();
    await world.order([{ op: 'withdraw', kind: 'owner', id: 'north:monitor-1', untilBundleVersion: 2 }]);
    await client.closed;
    await expectRefused();
  });

  it('when a person ends that one session; the device may come again', async () => {
    const client = await openTcp();
    const { sessionId = '' } = await world.audited(({ event }) => event === 'session-allowed');
    await world.order([{ op: 'end-session', sessionId }]);
    await client.closed;
    (await openTcp()).close();
  });

  it('when its subject is removed', async () => {
    const client = await openTcp();
    await world.order([{ op: 'remove-subject', ref: refOf(world.site.entities.monitor) }]);
    await client.closed;
    await expectRefused();
  });

  it('in the middle of an answer that still streams', async () => {
    const client = dial(world.site.entities.fhir.alias);
    client.send(httpText('GET', '/fhir/Observation/slow'));
    await client.until('begun');
    await world.order([distrust('monitor')]);
    await client.closed;
  });
});

describe('a protected session', () => {
  it('stays and raises an alarm while every other session of the same device is cut', async () => {
    const kept = await openTcp('pump');
    const other = dial(world.site.entities.fhir.alias, 'pump');
    other.send(httpText('GET', '/fhir/Patient/1'));
    await other.until('"resourceType"');
    await world.order([distrust('pump')]);
    await other.closed;
    kept.send('still-here\n');
    expect(await kept.until('still-here')).toContain('still-here');
    const alarm = await world.audited(({ event }) => event === 'session-alarm');
    expect(alarm.resource?.id).toBe('north:telemetry');
    expect(alarm.outcome).toBe('alarm');
    await expectRefused('pump');
    kept.close();
  });

  it('is cut when the clinical owner withdraws the protection', async () => {
    const kept = await openTcp('pump');
    await world.order([distrust('pump')]);
    await world.order([{ op: 'withdraw', kind: 'protection', id: PROTECTION.id, untilBundleVersion: 2 }]);
    await kept.closed;
  });
});

describe('an update that is not the next one', () => {
  it('is refused when it leaves out one, comes twice, or is of another site', async () => {
    const { site } = world;
    const changes = [distrust('monitor')];
    const skipped = await site.nextUpdate(changes, { seq: site.state.position.seq + 2 });
    expect((await world.carryIn(skipped.token)).code).toBe('state-gap');
    const foreign = await site.nextUpdate(changes, { site: 'south' as typeof site.site });
    expect((await world.carryIn(foreign.token)).code).toBe('state-wrong-site');
    const good = await site.nextUpdate([putSubject('pump', {})]);
    expect((await world.carryIn(good.token)).code).toBe('applied');
    expect((await world.carryIn(good.token)).code).toBe('state-replayed');
    const [head, payload, signature] = good.token.split('.');
    expect((await world.carryIn(`${head}.${payload?.replace(/.$/, 'A')}.${signature}`)).code).toBe('state-signature');
    (await openTcp()).close();
  });
});
