/** The path of a device, from enrolment to a cut session, on the real stacks: each step stands on the one before. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DemoSession, until } from '../../cli/demo-session.ts';
import { AuditStory, type StoryEntry } from '../../cli/demo-story.ts';
import { standingOf } from '../../cli/explain.ts';
import { entityId } from '../../core/contracts/identifiers.ts';
import { dialGateway, gatewayTls } from '../../edge/agent/gateway-peer.ts';
import { exchange } from '../../edge/agent/https-exchange.ts';
import { loadIdentity } from '../../edge/agent/identity/stored-identity.ts';
import { malwareSample } from '../../local/hospital/malware-sample.ts';
import { aliasOf, portOf } from '../../local/hospital/plan.ts';
import { type StartedSystem, startedSystem } from './started-system.ts';
import { dropFile, type RunningAgentProcess, registerPump, runAgentOf, type WardDevice } from './ward-device.ts';

const PATIENCE_MS = 60_000;
const NAME = 'pump-e2e';

let system: StartedSystem;
let pump: WardDevice;
let agent: RunningAgentProcess;
let service: Server;

beforeAll(async () => {
  system = await startedSystem();
  service = createServer((request, response) => {
    request.resume().on('end', () => response.end(JSON.stringify({ served: `${request.method} ${request.url}` })));
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  pump = await registerPump(system, NAME, (service.address() as AddressInfo).port);
}, 300_000);
afterAll(async () => {
  await agent?.stop();
  service?.close();
  await system?.stop();
}, 120_000);

/** The audit trail of the pump, once it holds this. */
async function trailWith(trail: AuditStory, holds: (entry: StoryEntry) => boolean): Promise<StoryEntry[]> {
  let entries: StoryEntry[] = [];
  await until(async () => {
    entries = await trail.entries(new Date());
    return entries.some(holds);
  }, PATIENCE_MS);
  expect(entries.some(holds)).toBe(true);
  return entries;
}

const stateDirectory = (): string => join(pump.directory, 'state');
const identityFile = (name: string): string => join(stateDirectory(), 'identity', name);

/** A TLS connection to the gateway with the pump's own certificate, past its agent. */
async function bytesFor(alias: string): Promise<number> {
  const identity = await loadIdentity(stateDirectory(), pump.ref, Date.now());
  const gateway = entityId('north:gw-1');
  const socket = dialGateway({
    address: { id: gateway, host: '127.0.0.1', port: system.ports.TLS },
    tls: gatewayTls(identity, gateway, Date.now),
    alias,
  });
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  socket.on('error', () => undefined);
  socket.on('end', () => socket.destroy());
  socket.write('GET /metadata HTTP/1.1\r\nHost: fhir\r\n\r\n');
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return bytes;
}

describe('a. enrolment', () => {
  it('gives a certificate for a one-time claim, signed by the device authority; the device is then enrolled', async () => {
    expect((await standingOf(system.api, pump.ref)).state).toBe('registered');
    const enrolled = await system.vitalgate(
      [
        'enroll',
        `device/${pump.ref.id}`,
        '--api',
        system.runtime.api.baseUrl,
        '--ca',
        system.runtime.ca,
        '--state',
        stateDirectory(),
      ],
      pump.claim,
    );
    expect(enrolled).toMatchObject({ code: 0, document: { code: 'enrolled', subject: pump.ref } });
    expect((await standingOf(system.api, pump.ref)).state).toBe('enrolled');
  });

  it('gives a certificate that keeps the profile and leads to the root', async () => {
    const roots = join(pump.directory, 'root.pem');
    const { root } = JSON.parse(readFileSync(identityFile('anchors.json'), 'utf8')) as { root: string[] };
    writeFileSync(roots, root.join('\n'));
    const chain = identityFile('certificate.pem');
    const args = ['verify', 'certificate', '--chain', chain, '--roots', roots, '--purpose', 'device'];
    expect(await system.vitalgate(args)).toMatchObject({
      code: 0,
      document: { code: 'certificate-valid', identity: pump.ref },
    });
  });

  it('takes no claim twice', async () => {
    const again = await system.vitalgate(
      [
        'enroll',
        `device/${pump.ref.id}`,
        '--api',
        system.runtime.api.baseUrl,
        '--ca',
        system.runtime.ca,
        '--state',
        join(pump.directory, 'thief'),
      ],
      pump.claim,
    );
    expect(again).toMatchObject({ code: 2, document: { code: 'ERR_ENROLMENT_REFUSED' } });
    expect(again.document['message']).toContain('claim-used');
  });

  it('opens nothing by itself: who is not admitted is refused without a byte, and the trail says why', async () => {
    const trail = await AuditStory.begin(system.api, pump.ref);
    let refused: StoryEntry | undefined;
    // The gateway learns of the device with the next bundle; until then it refuses it as unknown.
    await until(async () => {
      expect(await bytesFor(aliasOf(system.plan, 'fhir'))).toBe(0);
      refused = (await trail.entries(new Date())).find(({ reasons }) => reasons.includes('subject-not-admitted'));
      return refused !== undefined;
    }, PATIENCE_MS);
    expect(refused).toMatchObject({ event: 'session-denied', writer: 'gateway' });
  });
});

describe('b. the agent', () => {
  it('reports the real system over its own channel and is admitted by what it says', async () => {
    agent = await runAgentOf(pump, system);
    await until(async () => (await standingOf(system.api, pump.ref)).state === 'admitted', PATIENCE_MS);
    const { body } = await system.api.call({ method: 'GET', path: `/v1/entities/device/${pump.ref.id}/state` });
    expect(body).toMatchObject({
      code: 'admitted',
      state: { posture: { grade: expect.stringMatching(/^[AB]$/) }, trust: { level: 3, unmetCriteria: [] } },
      assessment: { source: 'posture-agent', findings: expect.any(Array) },
    });
  });

  it('went no way but through assessed', async () => {
    const { body } = await system.api.call({
      method: 'GET',
      path: `/v1/audit?subject=device/${pump.ref.id}&limit=200`,
    });
    const records = (body as { items: { event: string; details: { to?: string } }[] }).items;
    const steps = records.filter(({ event }) => event === 'state-changed').map(({ details }) => details.to);
    expect(steps).toEqual(expect.arrayContaining(['assessed', 'admitted']));
    expect(steps.indexOf('assessed')).toBeLessThan(steps.indexOf('admitted'));
  });
});

describe('c. bundle and state', () => {
  it('are held by the gateway, signed by the state key', async () => {
    const { gateway } = system.paths;
    const args = [
      'verify',
      'bundle',
      join(gateway, 'audit', 'bundle.jws'),
      '--root',
      join(gateway, 'identity', 'keys.json'),
    ];
    const verdict = await system.vitalgate([
      ...args,
      '--site',
      'north',
      '--gateway',
      'north:gw-1',
      '--installed-version',
      '0',
    ]);
    expect(verdict).toMatchObject({ code: 0, document: { valid: true } });
  });

  it('are refused for another site', async () => {
    const { gateway } = system.paths;
    const args = [
      'verify',
      'bundle',
      join(gateway, 'audit', 'bundle.jws'),
      '--root',
      join(gateway, 'identity', 'keys.json'),
    ];
    const verdict = await system.vitalgate([
      ...args,
      '--site',
      'south',
      '--gateway',
      'north:gw-1',
      '--installed-version',
      '0',
    ]);
    expect(verdict).toMatchObject({ code: 1, document: { code: 'bundle-wrong-site' } });
  });
});

describe('d. through the gateway', () => {
  it('an unchanged HTTP client writes to and reads from the FHIR server', async () => {
    const base = `http://127.0.0.1:${agent.fhirPort}`;
    const created = await fetch(`${base}/Observation`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({
        resourceType: 'Observation',
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '8962-1' }] },
        subject: { reference: 'Patient/patient-1' },
        valueQuantity: { value: 12, unit: 'mL/h' },
      }),
    });
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    const read = await fetch(`${base}/Observation/${id}`);
    expect(await read.json()).toMatchObject({ id, valueQuantity: { value: 12 } });
  });

  it('a verb that no policy permits is refused with reasons while the session goes on', async () => {
    const base = `http://127.0.0.1:${agent.fhirPort}`;
    const refused = await fetch(`${base}/Patient/patient-1`, { method: 'DELETE' });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toMatchObject({ code: 'access-denied', reasons: ['no-policy-permits'] });
    expect((await fetch(`${base}/metadata`)).status).toBe(200);
  });

  it('an unchanged TCP client speaks with the results sink', async () => {
    const session = await DemoSession.open('results', NAME, agent.resultsPort);
    expect(await session.asks()).toBe(true);
    session.close();
  });

  it('the business systems answer nobody else', async () => {
    const port = portOf(system.plan, 'fhir');
    const identity = await loadIdentity(stateDirectory(), pump.ref, Date.now());
    const heard = await new Promise<number>((resolve) => {
      let bytes = 0;
      const socket = connect({
        port,
        host: '127.0.0.1',
        cert: identity.certificate,
        key: identity.key,
        rejectUnauthorized: false,
      });
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        bytes += chunk.length;
      });
      socket.on('close', () => resolve(bytes));
      socket.write('GET /metadata HTTP/1.1\r\nHost: fhir\r\n\r\n');
    });
    expect(heard).toBe(0);
  });

  it('a business system reaches the device the other way, over the tunnel of its agent', async () => {
    const emr = await loadIdentity(
      join(system.paths.hospital, 'emr', 'state'),
      { kind: 'application', id: entityId('north:emr') },
      Date.now(),
    );
    const tls = gatewayTls(emr, entityId('north:gw-1'), Date.now);
    const ask = (method: 'GET' | 'PUT' | 'DELETE', body?: string) =>
      exchange({
        url: new URL(`https://127.0.0.1:${system.ports.TLS}/drug-library`),
        method,
        ...(body !== undefined && { body }),
        connection: { ...tls, servername: pump.serviceAlias },
      });
    let answer = '';
    await until(async () => {
      answer = await ask('GET').then(
        ({ text }) => text,
        () => '',
      );
      return answer !== '';
    }, PATIENCE_MS);
    expect(JSON.parse(answer)).toEqual({ served: 'GET /drug-library' });
    expect(JSON.parse((await ask('PUT', '{"version":2}')).text)).toEqual({ served: 'PUT /drug-library' });
  });

  it('the hospital lives: its devices are served, and the laptop got no answer', async () => {
    const log = (): string => readFileSync(join(system.paths.logs, 'hospital.log'), 'utf8');
    await until(() => /laptop-rogue .* refused, 0 answered/.test(log()), PATIENCE_MS);
    expect(log()).toMatch(/laptop-rogue .* refused, 0 answered/);
    for (const name of ['pump-1', 'pump-2', 'pump-3', 'monitor-1', 'ct-1']) {
      await until(() => new RegExp(`${name} +is served by the FHIR server`).test(log()), PATIENCE_MS);
      expect(log()).toMatch(new RegExp(`${name} +is served by the FHIR server`));
    }
  });
});

describe('e. a malicious file', () => {
  let story: StoryEntry[];

  it('cuts the open session, leaves the protected one running, and lets nothing new in', async () => {
    await system.api.call({
      method: 'POST',
      path: '/v1/protections',
      role: 'clinical-owner',
      body: {
        id: `north:${NAME}-therapy`,
        device: pump.ref.id,
        resource: 'north:results',
        verbs: ['tcp:connect'],
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      },
    });
    await until(() => protectionHeld(), PATIENCE_MS);
    const [fhir, results] = [
      await DemoSession.open('fhir', NAME, agent.fhirPort),
      await DemoSession.open('results', NAME, agent.resultsPort),
    ];
    expect([await fhir.asks(), await results.asks()]).toEqual([true, true]);
    const trail = await AuditStory.begin(system.api, pump.ref);
    dropFile(pump, 'update-helper.bin', malwareSample());
    await until(() => fhir.closedAtMs !== null, PATIENCE_MS);
    expect(fhir.closedAtMs).not.toBeNull();
    expect(await results.asks()).toBe(true);

    const next = await DemoSession.open('fhir', NAME, agent.fhirPort);
    expect(await next.asks()).toBe(false);
    expect(await bytesFor(aliasOf(system.plan, 'results'))).toBe(0);
    await trailWith(trail, ({ event }) => event === 'session-cut');
    await trailWith(trail, ({ event }) => event === 'session-alarm');
    await trailWith(trail, ({ event, writer }) => event === 'state-changed' && writer === 'control plane');
    story = await trailWith(trail, ({ reasons }) => reasons.includes('subject-quarantined'));
    results.close();
  });

  it('lets grade, trust and level fall, and the device is quarantined', async () => {
    expect(await standingOf(system.api, pump.ref)).toMatchObject({
      state: 'quarantined',
      grade: 'F',
      level: 0,
      findings: expect.arrayContaining([expect.objectContaining({ code: 'malware-file-virus' })]),
    });
  });

  it('stands in the audit trail in the order in which it happened', () => {
    const first = (event: string, writer: string): number =>
      story.findIndex((one) => one.event === event && one.writer === writer);
    const cloud = ['posture-assessed', 'trust-changed', 'state-changed'].map((event) => first(event, 'control plane'));
    expect(cloud.every((index) => index >= 0)).toBe(true);
    expect(cloud).toEqual(cloud.toSorted((left, right) => left - right));
    const cut = first('session-cut', 'gateway');
    const denied = story.findIndex(({ reasons }) => reasons.includes('subject-quarantined') && reasons.length === 1);
    expect(cut).toBeGreaterThanOrEqual(0);
    expect(denied).toBeGreaterThanOrEqual(0);
    const alarm = story.find(({ event }) => event === 'session-alarm');
    expect(alarm?.words).toContain(`north:${NAME}-therapy`);
  });

  it('stands in unbroken hash chains, at the gateway and in the control plane', async () => {
    const { gateway } = system.paths;
    const files = readdirSync(join(gateway, 'audit')).filter((name) => name.startsWith('audit-'));
    const cloud = join(pump.directory, 'cloud-audit.ndjson');
    writeFileSync(cloud, (await recordsOf('cloud:north')).map((record) => `${JSON.stringify(record)}\n`).join(''));
    const chains = [...files.map((name) => join(gateway, 'audit', name)), cloud];
    expect(await system.vitalgate(['verify', 'audit-chain', ...chains])).toMatchObject({
      code: 0,
      document: { code: 'audit-chain-valid' },
    });
  });

  it('is explained in words', async () => {
    const { code, document } = await system.vitalgate(['explain', NAME, 'fhir:create', 'fhir']);
    expect(code).toBe(1);
    expect(document).toMatchObject({
      code: 'denied',
      context: { reasons: expect.arrayContaining(['subject-quarantined']) },
      words: expect.arrayContaining(['The subject is quarantined.']),
    });
  });

  it('is shown by the demonstration, with one session cut and the protected one alarming', async () => {
    const { code, document } = await system.vitalgate(['demo', 'malware', '--device', 'pump-3', '--restore']);
    expect(document).toMatchObject({
      code: 'demo-completed',
      nextAttempt: 'refused',
      sessions: expect.arrayContaining([
        expect.objectContaining({ resource: 'fhir', outcome: 'cut' }),
        expect.objectContaining({ resource: 'results', outcome: 'kept', works: true }),
      ]),
    });
    expect(code).toBe(0);
  });
});

interface TrailRecord {
  readonly writer: string;
  readonly seq: number;
}

/** Everything that one writer has told, from its first record on. */
async function recordsOf(writer: string): Promise<TrailRecord[]> {
  const records: TrailRecord[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ limit: '200', ...(cursor !== '' && { cursor }) });
    const answer = await system.api.call({ method: 'GET', path: `/v1/audit?${query}` });
    const page = answer.body as { readonly items: TrailRecord[]; readonly cursor: string | null };
    records.push(...page.items.filter((record) => record.writer === writer));
    cursor = page.cursor;
  }
  return records.sort((left, right) => left.seq - right.seq);
}

/** The bundle that the gateway holds names the protection. */
function protectionHeld(): boolean {
  const [, payload = ''] = readFileSync(join(system.paths.gateway, 'audit', 'bundle.jws'), 'utf8').split('.');
  return Buffer.from(payload, 'base64url').toString('utf8').includes(`north:${NAME}-therapy`);
}
