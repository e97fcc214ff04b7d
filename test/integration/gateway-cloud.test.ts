import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealBundle } from '../../core/bundle/seal-bundle.ts';
import { sealHead, sealSnapshot } from '../../core/bundle/seal-state.ts';
import { AuditRecordSchema } from '../../core/contracts/audit-record.ts';
import { GatewayHealthSchema, SessionEventSchema } from '../../core/contracts/gateway-report.ts';
import { timestamp } from '../../core/contracts/identifiers.ts';
import { verifyGatewayToken } from '../../functions/gateway-authorizer/verify-gateway-token.ts';
import { FakeBroker } from '../fakes/fake-broker.ts';
import { TestClient } from '../fixtures/gateway-client.ts';
import { createGatewayWorld, type GatewayHandle, type GatewayWorld } from '../fixtures/gateway-world.ts';
import { GATEWAY_ID, NORTH, refOf, testSubject } from '../fixtures/site.ts';

const AUDIENCE = 'vitalgate-gateways';
const BASE = 'vg/1/north/g/north:gw-1';

let world: GatewayWorld;
let gateway: GatewayHandle;
let broker: FakeBroker;
let api: Server;
/** What the API answers, by path. */
let answers: Record<string, string>;
let tokens: string[];

const credentials = () => {
  const { leaves, pki } = world.site;
  return { cert: leaves.fhir.chainPem, key: leaves.fhir.privateKeyPem, ca: [pki.root.certificatePem] };
};

beforeEach(async () => {
  world = await createGatewayWorld();
  answers = { '/v1/gateway/head': world.site.headToken, '/v1/gateway/state': world.site.snapshotToken };
  tokens = [];
  api = createServer({ cert: credentials().cert, key: credentials().key }, (request, response) => {
    tokens.push((request.headers.authorization ?? '').replace('Bearer ', ''));
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(503).end();
    else response.writeHead(200, { 'content-type': 'application/jose' }).end(answer);
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  broker = new FakeBroker(credentials());
  await writeFile(`${world.directory}/cloud.pem`, world.site.pki.root.certificatePem);
});
afterEach(async () => {
  await world.close();
  broker.close();
  api.close();
  api.closeAllConnections();
});

async function start(mqttPort: number): Promise<void> {
  gateway = await world.start({
    cloud: {
      mqtt: `mqtts://localhost:${mqttPort}`,
      api: `https://localhost:${(api.address() as AddressInfo).port}`,
      cert: 'gw.pem',
      key: 'gw.key',
      ca: 'cloud.pem',
      audience: AUDIENCE,
    },
  });
}

const until = async (test: () => boolean): Promise<void> => {
  while (!test()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const logged = (code: string): boolean => world.logs.some((line) => line['code'] === code);

const dial = (): TestClient => {
  const { pki, leaves, entities } = world.site;
  return new TestClient({ port: gateway.port, pki, leaf: leaves.pump, alias: entities.telemetry.alias });
};
const quarantine = () => {
  const held = { thumbprints: [world.site.leaves.pump.thumbprint], nowMs: world.site.nowMs };
  return testSubject(refOf(world.site.entities.pump), { state: 'quarantined' }, held);
};

describe('a gateway with the control plane', () => {
  it('acknowledges a pushed order after it is in force, and not before', async () => {
    await start(await broker.listen());
    await until(() => broker.subscriptions.length === 3);
    const client = dial();
    await client.until('hello');
    const update = await world.site.nextUpdate([{ op: 'put-subject', subject: quarantine() }]);
    await broker.publish(`${BASE}/state`, update.token);
    const again = dial();
    await again.closed;
    expect(again.received).toBe('');
    await client.closed;
  });

  it('fetches the whole state after a gap, and drops what that does not allow', async () => {
    await start(await broker.listen());
    await until(() => logged('cloud-connected'));
    const client = dial();
    await client.until('hello');
    const { snapshot, signer } = world.site;
    const subjects = snapshot.subjects.filter(({ ref }) => ref.id !== 'north:pump-3');
    answers['/v1/gateway/state'] = await sealSnapshot({ ...snapshot, seq: snapshot.seq + 5, subjects }, signer);
    const missed = await world.site.nextUpdate([{ op: 'put-subject', subject: quarantine() }], {
      seq: snapshot.seq + 5,
    });
    await broker.publish(`${BASE}/state`, missed.token);
    await client.closed;
  });

  it('fetches the bundle that a head names', async () => {
    await start(await broker.listen());
    await until(() => logged('cloud-connected'));
    const { content, head, nowMs, signer } = world.site;
    const order = { site: NORTH, gateways: [GATEWAY_ID], version: 2, nowMs, signer };
    const sealed = await sealBundle({ ...content, policies: [] }, order);
    answers['/v1/gateway/bundle'] = sealed.token;
    const named = { bundleVersion: 2, bundleDigest: sealed.digest, issuedAt: timestamp(nowMs + 1000) };
    await broker.publish(`${BASE}/head`, await sealHead({ ...head, ...named }, signer));
    await until(() => logged('bundle-installed'));
    const client = dial();
    await client.closed;
    expect(client.received).toBe('');
  });

  it('delivers audit, sessions and health as the contracts have them', async () => {
    await start(await broker.listen());
    const client = dial();
    await client.until('hello');
    client.close();
    const on = (topic: string): string[] =>
      broker.received.filter((message) => message.topic === `${BASE}/${topic}`).map(({ text }) => text);
    await until(() => on('audit').length >= 2 && on('sessions').length >= 2 && on('health').length >= 1);
    expect(on('audit').map((text) => AuditRecordSchema.parse(JSON.parse(text)).event)).toContain('session-allowed');
    expect(on('sessions').map((text) => SessionEventSchema.parse(JSON.parse(text)).event)).toEqual([
      'session-opened',
      'session-closed',
    ]);
    expect(GatewayHealthSchema.parse(JSON.parse(on('health')[0] ?? '')).gateway).toBe('north:gw-1');
  });

  it('proves itself to the API with a token that the authorizer accepts', async () => {
    await start(await broker.listen());
    await until(() => tokens.length > 0);
    const anchor = world.site.pki.gateway.certificate;
    const verdict = await verifyGatewayToken({ token: tokens[0] ?? '', anchor, audience: AUDIENCE, nowMs: Date.now() });
    expect(verdict).toMatchObject({ ok: true, value: { ref: { kind: 'gateway', id: 'north:gw-1' } } });
  });
});

describe('a gateway whose control plane is away at start', () => {
  it('runs from its files and takes up the link when it comes', async () => {
    const port = await broker.listen();
    broker.close();
    answers = {};
    await start(port);
    const client = dial();
    expect(await client.until('hello')).toContain('hello');
    client.close();
    broker = new FakeBroker(credentials());
    await broker.listen(port);
    await until(() => logged('cloud-connected'));
  });
});
