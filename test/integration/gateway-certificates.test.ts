import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entityRef, timestamp } from '../../core/contracts/identifiers.ts';
import { TestClient } from '../fixtures/gateway-client.ts';
import { createGatewayWorld, type GatewayHandle, type GatewayWorld } from '../fixtures/gateway-world.ts';
import { createTestPki, DAY_MS, type TestLeaf } from '../fixtures/pki.ts';
import { refOf, testSubject } from '../fixtures/site.ts';

let world: GatewayWorld;
let gateway: GatewayHandle;

beforeAll(async () => {
  world = await createGatewayWorld();
  gateway = await world.start();
});
afterAll(() => world.close());

const dial = (leaf: TestLeaf | null): TestClient =>
  new TestClient({ port: gateway.port, pki: world.site.pki, leaf, alias: world.site.entities.telemetry.alias });

/** Nothing comes back, and nothing reached the resource. */
async function expectSilence(leaf: TestLeaf | null): Promise<void> {
  const before = world.tcpConnections.count;
  const client = dial(leaf);
  await client.closed;
  expect(client.received).toBe('');
  expect(world.tcpConnections.count).toBe(before);
}

describe('a certificate that is not good enough', () => {
  it('is refused in the handshake when there is none', () => expectSilence(null));

  it('is refused when another house issued it', async () => {
    const foreign = await createTestPki(world.site.nowMs);
    await expectSilence(await foreign.issue(refOf(world.site.entities.pump)));
  });

  it('is refused when it is for another purpose: a gateway is no device', async () => {
    await expectSilence(world.site.leaves.gateway);
  });

  it('is refused when it is a good one that the site does not list', async () => {
    await expectSilence(await world.site.pki.issue(refOf(world.site.entities.pump)));
    await world.audited(({ reasons }) => reasons[0] === 'certificate-unlisted');
  });

  it('is refused when it names a device of another site', async () => {
    await expectSilence(await world.site.pki.issue(entityRef('device', 'south:pump-3')));
  });

  it('is refused when its time is over', async () => {
    const { nowMs, pki, entities } = world.site;
    const times = { notBeforeMs: nowMs - 20 * DAY_MS, notAfterMs: nowMs - 10 * DAY_MS };
    await expectSilence(await pki.issue(refOf(entities.pump), times));
  });

  it('is refused without a name of ours even though TLS accepts it', async () => {
    const { pki, nowMs } = world.site;
    const leaf = await pki.issue(entityRef('resource', 'north:fhir'), { authority: pki.device, purpose: 'resource' });
    expect(new X509Certificate(leaf.certificatePem).issuer).toBe(pki.device.certificate.subject);
    const subject = testSubject(leaf.ref, {}, { thumbprints: [leaf.thumbprint], nowMs });
    await world.order([{ op: 'put-subject', subject }]);
    await expectSilence(leaf);
  });

  it('is refused once it is revoked, and the open session ends with it', async () => {
    const { nowMs, leaves, entities } = world.site;
    const client = dial(leaves.monitor);
    await client.until('hello');
    const revoked = {
      thumbprint: leaves.monitor.thumbprint,
      serial: '01',
      notAfter: timestamp(nowMs + 90 * DAY_MS),
      status: 'revoked' as const,
    };
    const subject = testSubject(refOf(entities.monitor), { certificates: [revoked] }, { nowMs });
    await world.order([{ op: 'put-subject', subject }]);
    await client.closed;
    const cut = await world.audited(({ event }) => event === 'session-cut');
    expect(cut.reasons).toContain('certificate-revoked');
    await expectSilence(leaves.monitor);
    await world.audited(({ event, reasons }) => event === 'session-denied' && reasons[0] === 'certificate-revoked');
  });
});
