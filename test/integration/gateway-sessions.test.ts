import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../core/audit/verify-chain.ts';
import { httpText, TestClient } from '../fixtures/gateway-client.ts';
import { createGatewayWorld, type GatewayHandle, type GatewayWorld } from '../fixtures/gateway-world.ts';
import { refOf, testSubject } from '../fixtures/site.ts';

let world: GatewayWorld;
let gateway: GatewayHandle;

beforeAll(async () => {
  world = await createGatewayWorld();
  gateway = await world.start();
});
afterAll(() => world.close());

const dial = (alias: string | null, leaf: 'pump' | 'monitor' | 'analyser' | 'emr' = 'pump'): TestClient =>
  new TestClient({ port: gateway.port, pki: world.site.pki, leaf: world.site.leaves[leaf], alias });

describe('an admitted device', () => {
  it('reaches an HTTP resource over TLS 1.3 and the resource learns who it is from the gateway alone', async () => {
    const client = dial(world.site.entities.fhir.alias);
    await client.ready;
    expect(client.socket.getProtocol()).toBe('TLSv1.3');
    client.send(httpText('GET', '/fhir/Patient/1', ['X-Vitalgate-Subject: device/north:forged', 'Connection: close']));
    await client.closed;
    expect(client.received).toContain('HTTP/1.1 200');
    expect(client.received).toContain('"resourceType":"Bundle"');
    expect(world.requestHeaders.at(-1)?.['x-vitalgate-subject']).toBe('device/north:pump-3');
  });

  it('reaches a raw TCP resource and bytes pass both ways', async () => {
    const client = dial(world.site.entities.telemetry.alias);
    await client.until('hello');
    client.send('ping-1\n');
    expect(await client.until('ping-1')).toContain('ping-1');
    client.close();
  });

  it('sends bodies of any length through', async () => {
    const body = 'x'.repeat(300_000);
    const client = dial(world.site.entities.fhir.alias);
    client.send(
      httpText('POST', '/fhir/Observation', [`Content-Length: ${body.length}`, 'Content-Type: text/plain'], body),
    );
    expect(await client.until('"received"')).toContain('"received":300000');
    client.send(httpText('POST', '/fhir/Observation', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'));
    expect(await client.until('"received":5')).toContain('"received":5');
    client.close();
  });

  it('has its session on record before the first byte passes, in a chain that verifies', async () => {
    const client = dial(world.site.entities.telemetry.alias);
    await client.until('hello');
    const records = await world.audit();
    const allowed = records.filter(({ event }) => event === 'session-allowed');
    expect(allowed.at(-1)).toMatchObject({ subject: { id: 'north:pump-3' }, resource: { id: 'north:telemetry' } });
    expect((await verifyChain(records, [], { keys: [] })).valid).toBe(true);
    client.close();
  });
});

describe('who may not', () => {
  it('gets no byte when it is not admitted, and the audit trail says why', async () => {
    const { monitor } = world.site.entities;
    const held = { thumbprints: [world.site.leaves.monitor.thumbprint], nowMs: world.site.nowMs };
    const subject = testSubject(refOf(monitor), { state: 'enrolled' }, held);
    await world.order([{ op: 'put-subject', subject }]);
    const before = world.tcpConnections.count;
    const client = dial(world.site.entities.telemetry.alias, 'monitor');
    await client.closed;
    expect(client.received).toBe('');
    expect(world.tcpConnections.count).toBe(before);
    const denied = await world.audited(({ event }) => event === 'session-denied');
    expect(denied.subject?.id).toBe('north:monitor-1');
    expect(denied.reasons.length).toBeGreaterThan(0);
  });

  it('gets no byte for an alias that nobody has', async () => {
    const client = dial('0123456789abcdef01');
    await client.closed;
    expect(client.received).toBe('');
    await world.audited(({ reasons }) => reasons[0] === 'alias-unknown');
  });

  it('gets no byte without an alias', async () => {
    const client = dial(null);
    await client.closed;
    await world.audited(({ reasons }) => reasons[0] === 'alias-missing');
  });

  it('is told codes and no more when a request inside a session is not allowed', async () => {
    const client = dial(world.site.entities.fhir.alias);
    client.send(httpText('GET', '/fhir/%2e%2e/Patient'));
    expect(await client.until('request-ambiguous')).toContain('HTTP/1.1 400');
    client.close();
  });
});
