/**
 * The whole way of a revocation on a running system (`npm start`): a malicious report is published over MQTT, and some
 * moments later an open session of that device is closed at the gateway. Each run enrols a device of its own, has it
 * admitted, opens a session to the FHIR server and times publication → closed socket as the device sees both; in the
 * same run the round trip of one allowed request is the yardstick.
 * `npm run bench -- revocation [--runs N] [--json]`
 */
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { parseArgs } from 'node:util';
import mqtt, { type MqttClient } from 'mqtt';
import * as z from 'zod';
import { type RunningSystem, runningSystem } from '../cli/running-system.ts';
import { DeviceSchema, ResourceSchema } from '../core/contracts/entities.ts';
import { entityId, entityRef, timestamp } from '../core/contracts/identifiers.ts';
import type { PostureReport } from '../core/contracts/posture-report.ts';
import { dialGateway, gatewayTls } from '../edge/agent/gateway-peer.ts';
import { enrol } from '../edge/agent/identity/enrol.ts';
import type { AgentIdentity } from '../edge/agent/identity/stored-identity.ts';
import { malwareSampleDigest } from '../local/hospital/malware-sample.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '50' }, json: { type: 'boolean' } } });
const runs = Number(values.runs);
const GATEWAY = entityId('north:gw-1');
const MODEL_OF = '/v1/entities/device/north:pump-1';
const FHIR = '/v1/entities/resource/north:fhir';
const ADMISSION_TRIES = 200;

const closedAfterMs: number[] = [];
const requestMs: number[] = [];
const directory = await mkdtemp(join(tmpdir(), 'vitalgate-bench-'));

async function revokeOne({ api, runtime }: RunningSystem, alias: string, run: number): Promise<void> {
  const name = `north:bench-${Date.now().toString(36)}-${run}`;
  const identity = await makeDevice(api, runtime, name, join(directory, String(run)));
  const client = await mqtt.connectAsync(`mqtts://${runtime.mqtt.host}:${runtime.mqtt.port}`, {
    clientId: name,
    cert: identity.certificate,
    key: identity.key,
    ca: await readFile(runtime.mqtt.ca),
    reconnectPeriod: 0,
  });
  const bootId = crypto.randomUUID();
  await publish(client, name, healthy(bootId));
  const socket = await openSession(identity, runtime.gateway.tls, alias);
  requestMs.push(await timeRequest(socket));
  const closed = once(socket, 'close');
  const started = performance.now();
  void publish(client, name, infected(bootId));
  await closed;
  closedAfterMs.push(performance.now() - started);
  await client.endAsync();
}

/** A device like pump-1, under a name of its own, of a model that nothing more is asked of. */
async function makeDevice(
  api: RunningSystem['api'],
  runtime: RunningSystem['runtime'],
  name: string,
  stateDirectory: string,
): Promise<AgentIdentity> {
  const {
    site: _site,
    version: _version,
    ...like
  } = DeviceSchema.parse((await api.call({ method: 'GET', path: MODEL_OF })).body);
  await api.call({
    method: 'POST',
    path: '/v1/entities',
    body: { ...like, id: name, model: 'bench', firmware: null, identifiers: {}, services: [] },
  });
  const { body } = await api.call({ method: 'POST', path: `/v1/entities/device/${name}/claims`, body: {} });
  return enrol({
    subject: entityRef('device', name),
    stateDirectory,
    api: runtime.api.baseUrl,
    ca: await readFile(runtime.ca, 'utf8'),
    claim: z.object({ claim: z.string() }).parse(body).claim,
    nowMs: Date.now,
  });
}

/** Dials until the gateway has heard that the device is admitted. */
async function openSession(identity: AgentIdentity, port: number, alias: string): Promise<TLSSocket> {
  const address = { id: GATEWAY, host: '127.0.0.1', port };
  const tls = gatewayTls(identity, GATEWAY, Date.now);
  for (let tries = 0; tries < ADMISSION_TRIES; tries++) {
    const socket = dialGateway({ address, tls, alias });
    socket.on('error', () => undefined).once('end', () => socket.destroy());
    socket.write('GET /metadata HTTP/1.1\r\nHost: fhir\r\n\r\n');
    const answered = await Promise.race([
      once(socket, 'data').then(() => true),
      once(socket, 'close').then(() => false),
    ]);
    if (answered) return socket;
    await sleep(50);
  }
  throw new Error('the device was not admitted in time');
}

async function timeRequest(socket: TLSSocket): Promise<number> {
  await sleep(20);
  const started = performance.now();
  socket.write('GET /metadata HTTP/1.1\r\nHost: fhir\r\n\r\n');
  await once(socket, 'data');
  return performance.now() - started;
}

const publish = (client: MqttClient, name: string, report: PostureReport): Promise<unknown> =>
  client.publishAsync(`vg/1/north/d/${name}/posture`, JSON.stringify(report), { qos: 1 });

function reportOf(
  bootId: string,
  seq: number,
  files: PostureReport['factors'][number] & { factor: 'files' },
): PostureReport {
  const at = timestamp(Date.now());
  const common = { observedAt: at, source: 'agent', provenance: 'self-reported' } as const;
  return {
    schema: 'vitalgate.posture-report/1',
    bootId,
    seq,
    reportedAt: at,
    factors: [
      { factor: 'operating-system', ...common, value: { name: 'debian', version: '12', kernel: '6.1' } },
      { factor: 'processes', ...common, value: [] },
      { factor: 'listening-ports', ...common, value: [] },
      files,
    ],
  };
}

const filesOf = (sha256: string | null): PostureReport['factors'][number] & { factor: 'files' } => ({
  factor: 'files',
  observedAt: timestamp(Date.now()),
  source: 'agent',
  provenance: 'self-reported',
  value: sha256 === null ? [] : [{ path: '/opt/pump/update.bin', sha256, sizeBytes: 68 }],
});
const healthy = (bootId: string): PostureReport => reportOf(bootId, 0, filesOf(null));
const infected = (bootId: string): PostureReport => reportOf(bootId, 1, filesOf(malwareSampleDigest()));

function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function report(): void {
  const row = (samples: readonly number[]) => ({ p50: quantile(samples, 0.5), p95: quantile(samples, 0.95) });
  const result = {
    runs: closedAfterMs.length,
    publishedToClosedMs: row(closedAfterMs),
    allowedRequestMs: row(requestMs),
  };
  if (values.json === true) console.log(JSON.stringify(result));
  else
    console.table({
      'published → closed (ms)': result.publishedToClosedMs,
      'one allowed request (ms)': result.allowedRequestMs,
    });
}

const system = runningSystem();
try {
  const { alias } = ResourceSchema.parse((await system.api.call({ method: 'GET', path: FHIR })).body);
  for (let run = 0; run < runs; run++) await revokeOne(system, alias, run);
} finally {
  await rm(directory, { recursive: true, force: true });
}
report();
