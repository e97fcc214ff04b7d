import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayAlias } from '../../edge/decision/gateway-alias.ts';
import { httpText, TestClient } from '../fixtures/gateway-client.ts';
import { createGatewayWorld, type GatewayHandle, type GatewayWorld } from '../fixtures/gateway-world.ts';
import { pumpReport, TROJAN, TROJAN_HASH } from '../fixtures/posture-samples.ts';
import { refOf, testSubject } from '../fixtures/site.ts';
import { fullEvidence } from '../fixtures/trust-samples.ts';

let world: GatewayWorld;
let gateway: GatewayHandle;
const NOW_MS = Date.now();

beforeEach(async () => {
  const evidence = fullEvidence(NOW_MS);
  world = await createGatewayWorld({
    nowMs: NOW_MS,
    content: { malwareIndicators: [TROJAN] },
    subjects: { 'north:pump-3': { evidence } },
  });
  gateway = await world.start();
});
afterEach(() => world.close());

const dial = (alias: string): TestClient =>
  new TestClient({ port: gateway.port, pki: world.site.pki, leaf: world.site.leaves.pump, alias });

async function ask(text: string): Promise<string> {
  const client = dial(gatewayAlias('north:gw-1'));
  client.send(text);
  const answer = await client.until('}');
  client.close();
  return answer;
}

const post = (body: string): Promise<string> =>
  ask(httpText('POST', '/v1/posture', [`Content-Length: ${Buffer.byteLength(body)}`], body));

const malicious = (seq: number) =>
  pumpReport(
    { files: [{ path: '/opt/pump/dropped', sha256: TROJAN_HASH, sizeBytes: 7 }] },
    { seq, reportedAtMs: NOW_MS },
  );

describe('without the control plane', () => {
  it('a report with a malicious file cuts the open session, and the next attempt is refused', async () => {
    const session = dial(world.site.entities.telemetry.alias);
    await session.until('hello');
    const answer = await post(JSON.stringify(malicious(1)));
    expect(answer).toContain('HTTP/1.1 202');
    expect(answer).toContain('"state":"quarantined"');
    await session.closed;
    const again = dial(world.site.entities.telemetry.alias);
    await again.closed;
    expect(again.received).toBe('');
    await world.audited(({ event }) => event === 'session-denied');
    const story = (await world.audit()).map(({ event }) => event);
    expect(story.indexOf('session-cut')).toBeGreaterThan(story.indexOf('session-allowed'));
    expect(story).toContain('trust-changed');
  });

  it('a quarantined device can still report and ask how it stands, and is reached by nothing else', async () => {
    await post(JSON.stringify(malicious(1)));
    expect(await ask(httpText('GET', '/v1/status'))).toContain('"state":"quarantined"');
    expect(await post(JSON.stringify(malicious(2)))).toContain('HTTP/1.1 202');
  });

  it('the local conclusion outlives a restart', async () => {
    await post(JSON.stringify(malicious(1)));
    await gateway.stop();
    gateway = await world.start();
    const again = dial(world.site.entities.telemetry.alias);
    await again.closed;
    expect(again.received).toBe('');
  });

  it('the control plane has the last word once it knows what was seen here', async () => {
    await post(JSON.stringify(malicious(1)));
    const { pump } = world.site.entities;
    const held = { thumbprints: [world.site.leaves.pump.thumbprint], nowMs: NOW_MS };
    const later = fullEvidence(NOW_MS + 1000).map((one) => ({ ...one, seq: 99 }));
    await world.order([{ op: 'put-subject', subject: testSubject(refOf(pump), { evidence: later }, held) }]);
    const session = dial(world.site.entities.telemetry.alias);
    expect(await session.until('hello')).toContain('hello');
    session.close();
  });
});

describe('a report that is not acceptable', () => {
  it('is refused with its code and changes nothing', async () => {
    expect(await post('not json')).toContain('posture-not-json');
    expect(await post('{"schema":"vitalgate.posture-report/1"}')).toContain('posture-malformed');
    expect(await post(JSON.stringify(malicious(1)))).toContain('HTTP/1.1 202');
    expect(await post(JSON.stringify(malicious(1)))).toContain('posture-replayed');
    expect(await ask(httpText('GET', '/v1/elsewhere'))).toContain('route-unknown');
  });
});
