import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { entityId, entityRef } from '../../../../core/contracts/identifiers.ts';
import { openMqttAgentLink } from '../../../../edge/adapters/mqtt-agent-link.ts';
import type { ChannelProtection } from '../../../../edge/agent/transmission-watch.ts';
import { FakeBroker } from '../../../fakes/fake-broker.ts';
import { createTestPki } from '../../../fixtures/pki.ts';

const THING = entityId('north:pump-3');
const BASE = 'vg/1/north/d/north:pump-3';

async function connected() {
  const pki = await createTestPki(Date.now());
  const server = await pki.issue(entityRef('resource', 'north:broker'), { dnsNames: ['localhost'] });
  const device = await pki.issue(entityRef('device', THING));
  const broker = new FakeBroker({
    cert: server.chainPem,
    key: server.privateKeyPem,
    ca: [pki.device.certificatePem, pki.root.certificatePem],
  });
  const port = await broker.listen();
  const commands: string[] = [];
  const protections: (ChannelProtection | null)[] = [];
  let lost = 0;
  const link = openMqttAgentLink(
    {
      url: `mqtts://localhost:${port}`,
      thing: THING,
      cert: device.chainPem,
      key: device.privateKeyPem,
      ca: pki.root.certificatePem,
      random: () => 0,
    },
    {
      onConnected: (protection) => void protections.push(protection),
      onLost: () => {
        lost += 1;
      },
      onCommand: (token) => void commands.push(token),
    },
  );
  onTestFinished(async () => {
    broker.close();
    await link.close();
  });
  await vi.waitFor(() => expect(protections).toHaveLength(1), 10_000);
  return { broker, link, commands, protections, lost: () => lost };
}

describe('the agent at the broker', () => {
  it('subscribes to its own commands and to nothing else, over TLS 1.3', async () => {
    const { broker, protections } = await connected();
    expect(broker.subscriptions).toEqual([`${BASE}/command`]);
    expect(protections[0]).toMatchObject({ version: 'TLSv1.3' });
  });

  it('publishes reports under its own name and waits until they are confirmed', async () => {
    const { broker, link } = await connected();
    await link.publishReport(Buffer.from('{"seq":1}'));
    expect(broker.received).toEqual([{ topic: `${BASE}/posture`, text: '{"seq":1}' }]);
  });

  it('hands on commands as they come', async () => {
    const { broker, commands } = await connected();
    await broker.publish(`${BASE}/command`, 'a.b.c');
    expect(commands).toEqual(['a.b.c']);
  });

  it('does not take a report while it is not connected, and says that the connection is lost', async () => {
    const { broker, link, lost } = await connected();
    broker.close();
    await vi.waitFor(() => expect(link.connected).toBe(false), 10_000);
    expect(lost()).toBeGreaterThan(0);
    await expect(link.publishReport(Buffer.from('x'))).rejects.toThrow('not connected');
  });
});
