import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { entityRef } from '../../../../core/contracts/identifiers.ts';
import { acceptReport } from '../../../../core/posture/accept-report.ts';
import { sha256Hex } from '../../../../core/signing/digest.ts';
import { completeAgentConfig } from '../../../../edge/agent/config.ts';
import { enrol } from '../../../../edge/agent/identity/enrol.ts';
import { storeIdentity } from '../../../../edge/agent/identity/stored-identity.ts';
import { runAgent } from '../../../../edge/agent/main.ts';
import { gatewayAlias } from '../../../../edge/decision/gateway-alias.ts';
import { createTestSigner } from '../../../fixtures/pki.ts';
import { ALIAS, GATEWAY, PUMP, startFakeGateway } from './fake-gateway.ts';
import { CLAIM, startEnrolmentServer } from './identity/enrolment-server.ts';
import { recordedLog } from './recorded-log.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** The gateway's posture door, and an echo behind every other alias. */
async function startAgent() {
  const reports: Buffer[] = [];
  const door = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      reports.push(Buffer.concat(chunks));
      response.writeHead(request.url === '/v1/posture' ? 202 : 404).end('{"code":"posture-accepted"}');
    });
  });
  const gateway = await startFakeGateway({
    onConnection: (socket) => {
      socket.on('error', () => undefined);
      if (socket.servername === gatewayAlias(GATEWAY.id)) door.emit('connection', socket);
      else socket.pipe(socket);
    },
  });
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'firmware.bin'), 'firmware');
  mkdirSync(join(folder, 'state'));
  await storeIdentity(join(folder, 'state'), {
    key: gateway.pump.privateKeyPem,
    certificate: gateway.pump.chainPem,
    anchors: { root: [gateway.pki.root.certificatePem], ...gateway.pki.anchors },
    keys: createTestSigner('state-1').jwks,
  });
  const config = completeAgentConfig(
    {
      subject: PUMP,
      stateDirectory: 'state',
      gateway: gateway.address,
      posture: { watch: [{ path: 'files', reportedAs: '/opt/pump' }], intervalSeconds: 900 },
      proxies: [{ listen: { address: '127.0.0.1', port: 0 }, alias: ALIAS }],
    },
    folder,
  );
  const recorded = recordedLog();
  const agent = await runAgent(config, {
    nowMs: Date.now,
    random: Math.random,
    log: recorded.log,
    signal: AbortSignal.timeout(60_000),
  });
  onTestFinished(() => agent.close());
  const reported = () =>
    reports.map((bytes) => {
      const report = acceptReport({ bytes, sender: PUMP, topicThing: PUMP.id, last: null, nowMs: Date.now() });
      if (!report.ok) throw new Error(report.message);
      return report.value;
    });
  return { agent, folder, config, reported, ...recorded };
}

describe('the agent', () => {
  it('reports the real system to the gateway, with what protects its own channel', async () => {
    const { reported } = await startAgent();
    const names = () =>
      reported()
        .at(-1)
        ?.factors.map(({ factor }) => factor) ?? [];
    await vi.waitFor(() => expect(names()).toContain('transmission'), 10_000);
    expect(names()).toEqual(
      expect.arrayContaining([
        'operating-system',
        'files',
        'processes',
        'listening-ports',
        'connections',
        'disk',
        'clock',
        'certificate',
        'session',
      ]),
    );
    expect(
      reported()
        .at(-1)
        ?.factors.find(({ factor }) => factor === 'transmission')?.value,
    ).toMatchObject({
      tlsVersion: 'TLSv1.3',
    });
  });

  it('tells the gateway of a malicious file as soon as it appears', async () => {
    const { reported, folder } = await startAgent();
    await vi.waitFor(() => expect(reported().length).toBeGreaterThan(0), 10_000);
    writeFileSync(join(folder, 'files', 'implant'), 'malicious');
    await vi.waitFor(() => {
      const files =
        reported()
          .at(-1)
          ?.factors.find((one) => one.factor === 'files')?.value ?? [];
      expect(files).toContainEqual({ path: '/opt/pump/implant', sha256: sha256Hex('malicious'), sizeBytes: 9 });
    }, 10_000);
  });

  it('carries local clients, and stops listening when it is closed', async () => {
    const { agent } = await startAgent();
    const port = agent.proxies[0]?.port ?? 0;
    const heard = await new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('hello'));
      socket.once('data', (chunk) => resolve(chunk.toString())).once('error', reject);
    });
    expect(heard).toBe('hello');
    await agent.close();
    await expect(
      new Promise((resolve, reject) => connect(port, '127.0.0.1').once('connect', resolve).once('error', reject)),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('does not start half-enrolled', async () => {
    const { config, agent } = await startAgent();
    await agent.close();
    writeFileSync(join(config.stateDirectory, 'identity', 'keys.json'), '');
    await expect(
      runAgent(config, {
        nowMs: Date.now,
        random: Math.random,
        log: recordedLog().log,
        signal: AbortSignal.timeout(1),
      }),
    ).rejects.toMatchObject({ code: 'ERR_AGENT_HALF_ENROLLED' });
  });

  it('enrols business systems as it enrols devices', async () => {
    const server = await startEnrolmentServer();
    const subject = entityRef('resource', 'north:fhir');
    const identity = await enrol({
      subject,
      stateDirectory: temporaryDirectory(),
      api: server.api,
      ca: server.ca,
      claim: CLAIM,
      nowMs: Date.now,
    });
    expect(identity.leaf.subjectAltName).toBe('URI:spiffe://vitalgate/site/north/resource/fhir');
  });
});
