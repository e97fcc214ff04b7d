import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SiteState } from '../../core/bundle/site-state.ts';
import type { Entity } from '../../core/contracts/entities.ts';
import { type EntityRef, entityRef, siteId } from '../../core/contracts/identifiers.ts';
import { STATE_UPDATE_TYP, type StateUpdate, StateUpdateSchema } from '../../core/contracts/site-state.ts';
import { intent } from '../../core/ledger/ledger-intent.ts';
import { openDocument } from '../../core/signing/open-document.ts';
import { createGatewayTokenSource } from '../../edge/adapters/gateway-token.ts';
import { createHttpsCloudPull } from '../../edge/adapters/https-cloud-pull.ts';
import { enrol } from '../../edge/agent/identity/enrol.ts';
import { GATEWAY_AUDIENCE } from '../../infra/names.ts';
import { apiBaseUrl } from '../../local/deployment/deploy.ts';
import { connect } from '../fixtures/broker-device.ts';
import { type CloudLedger, cloudLedger } from '../fixtures/cloud-ledger.ts';
import { startTestEndpoint, type TestEndpoint } from '../fixtures/local-endpoint.ts';
import { PUMP_REFERENCE, pumpReport, TROJAN, TROJAN_HASH } from '../fixtures/posture-samples.ts';
import { testDevice, testEntities, testSubject } from '../fixtures/site.ts';

const NORTH = siteId('north');
const PUMP = entityRef('device', 'north:pump-3');
const INFECTED = { files: [{ path: '/opt/pump/controller', sha256: TROJAN_HASH, sizeBytes: 10 }] };

interface Enrolled {
  readonly certificate: string;
  readonly key: string;
  readonly keys: JSONWebKeySet;
  readonly client: MqttClient;
}

let directory: string;
let endpoint: TestEndpoint;
let cloud: CloudLedger;
let gateway: Enrolled;
let pump: Enrolled;
let ca: string;
const updates: StateUpdate[] = [];
const waiting = new Set<() => void>();

const api = (): string => apiBaseUrl({ url: endpoint.clientOptions().endpoint });

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vitalgate-cloud-'));
  endpoint = await startTestEndpoint();
  ca = readFileSync(endpoint.paths.caCertificate, 'utf8');
  cloud = await cloudLedger(endpoint);
  gateway = await enrolled(testEntities(Date.now()).gateway);
  await cloud.ledger.commit(NORTH, [
    intent('content', {
      writes: [
        { write: 'put-policy-item', item: { type: 'reference', document: PUMP_REFERENCE }, expectedVersion: 0 },
        { write: 'put-policy-item', item: { type: 'indicator', document: TROJAN }, expectedVersion: 0 },
      ],
      events: [{ type: 'policy.changed', detail: { site: NORTH } }],
    }),
  ]);
  gateway.client.on('message', (_topic, message) => {
    const opened = openDocument(message.toString(), gateway.keys, STATE_UPDATE_TYP, StateUpdateSchema);
    if (opened.ok) updates.push(opened.value.document);
    for (const wake of waiting) wake();
  });
  await gateway.client.subscribeAsync('vg/1/north/g/north:gw-1/state', { qos: 1 });
  pump = await enrolled(testDevice('pump-3', { model: 'Volumat 7' }, Date.now()));
});
afterAll(async () => {
  await Promise.all([gateway?.client.endAsync(true), pump?.client.endAsync(true)]);
  await endpoint?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Registered, enrolled over the API with a claim, and connected to the broker with what it was given. */
async function enrolled(entity: Entity): Promise<Enrolled> {
  const stateDirectory = join(directory, entity.id);
  const claim = await cloud.register(entity);
  const subject: EntityRef = { kind: entity.kind, id: entity.id };
  await enrol({ subject, stateDirectory, api: api(), ca, claim, nowMs: () => Date.now() });
  const file = (name: string): string => readFileSync(join(stateDirectory, 'identity', name), 'utf8');
  const [certificate, key] = [file('certificate.pem'), file('key.pem')];
  const device = { id: entity.id, certificatePem: certificate, keyPem: key, certificateId: '' };
  const client = await connect(endpoint, device, { protocolVersion: 5 });
  if (client === undefined) throw new Error(`the broker did not let ${entity.id} in`);
  return { certificate, key, keys: JSON.parse(file('keys.json')) as JSONWebKeySet, client };
}

/** The next verified update that says so, also one that has come already. */
async function told(matches: (update: StateUpdate) => boolean): Promise<StateUpdate> {
  for (;;) {
    const found = updates.find(matches);
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        waiting.delete(wake);
        resolve();
      };
      waiting.add(wake);
    });
  }
}

const stateOf = (update: StateUpdate, { id }: EntityRef): string | undefined =>
  update.changes.flatMap((change) =>
    change.op === 'put-subject' && change.subject.ref.id === id ? [change.subject.state] : [],
  )[0];

const report = (seq: number, values = {}): Promise<unknown> =>
  pump.client.publishAsync(
    'vg/1/north/d/north:pump-3/posture',
    JSON.stringify(pumpReport(values, { seq, reportedAtMs: Date.now() })),
    { qos: 1 },
  );

describe('the deployed control plane', () => {
  it('enrols a device over the API, and its gateways know the certificate', async () => {
    const update = await told((one) => stateOf(one, PUMP) === 'enrolled');
    expect(update.cause).toBe('entity-enrolled');
  });

  it('admits it for a healthy report and quarantines it for malware, each told to the gateway', async () => {
    await report(1);
    const admitted = await told((one) => stateOf(one, PUMP) === 'admitted');
    await report(2, INFECTED);
    const quarantined = await told((one) => stateOf(one, PUMP) === 'quarantined');
    expect(quarantined.seq).toBeGreaterThan(admitted.seq);
    expect(quarantined.cause).toBe('posture-assessed');
  });

  it('relays an update whose function was killed between transaction and publish', async () => {
    const subject = testSubject(entityRef('device', 'north:monitor-7'), {}, { nowMs: Date.now() });
    const committed = await cloud.ledger.commit(NORTH, [
      intent('killed', { changes: [{ op: 'put-subject', subject }] }),
    ]);
    expect(committed.ok).toBe(true);
    const update = await told(({ cause }) => cause === 'killed');
    expect(update.changes).toEqual([{ op: 'put-subject', subject }]);
  });

  it('answers a gateway with head, snapshot and bundle that belong together', async () => {
    const audience = GATEWAY_AUDIENCE;
    const { certificate: cert, key, keys } = gateway;
    const token = createGatewayTokenSource({ gateway: 'north:gw-1', audience, cert, key, nowMs: () => Date.now() });
    const pull = createHttpsCloudPull({ api: api(), ca, token });
    const state = new SiteState(NORTH);
    expect(state.applySnapshot(await pull.snapshot(), keys)).toMatchObject({ ok: true });
    expect(state.observeHead(await pull.head(), keys)).toMatchObject({ ok: true });
    expect(state.behind).toBe(false);
    expect(state.subject(PUMP)?.state).toBe('quarantined');
    expect((await pull.bundle()).split('.')).toHaveLength(3);
  });
});
