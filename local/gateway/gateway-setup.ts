/**
 * Makes the site's gateway known and gives it what it runs on: a record with owners, a certificate for a one-time claim,
 * an assessment of this machine, and its configuration file. What is there already stays.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { AnchorsSchema } from '../../core/contracts/enrolment.ts';
import { entityRef } from '../../core/contracts/identifiers.ts';
import { enrol } from '../../edge/agent/identity/enrol.ts';
import { GATEWAY_AUDIENCE } from '../../infra/names.ts';
import { ApiClient } from '../api-client.ts';
import { type RuntimeFacts, runtimeOf } from '../runtime-file.ts';
import { machineFactors } from './machine-factors.ts';

const EXISTS = 409;
const OWNERSHIP_MS = 365 * 86_400_000;
const ClaimSchema = z.object({ claim: z.string() });

/** @returns the path of the gateway's configuration file */
export async function setUpGateway(facts: RuntimeFacts, nowMs: () => number): Promise<string> {
  const { paths } = facts;
  await mkdir(paths.gateway, { recursive: true, mode: 0o700 });
  if (!existsSync(join(paths.gateway, 'identity'))) await commission(facts, nowMs);
  const file = join(paths.gateway, 'gateway.json');
  await writeFile(file, `${JSON.stringify(await configuration(facts), null, 2)}\n`);
  return file;
}

async function commission(facts: RuntimeFacts, nowMs: () => number): Promise<void> {
  const { paths, settings, ports, apiBaseUrl } = facts;
  const api = new ApiClient(runtimeOf(facts));
  const until = { expiresAt: new Date(nowMs() + OWNERSHIP_MS).toISOString() };
  const gateway = {
    kind: 'gateway',
    id: settings.gateway,
    groups: [],
    owners: {
      clinical: { name: 'Clinical engineering board', ...until },
      biomedical: { name: 'Biomedical engineering', ...until },
      security: { name: 'Information security', ...until },
    },
    zone: 'clinical',
  };
  await api.call({ method: 'POST', path: '/v1/entities', body: gateway, expected: [EXISTS] });
  const path = `/v1/entities/gateway/${settings.gateway}`;
  const { claim } = ClaimSchema.parse((await api.call({ method: 'POST', path: `${path}/claims`, body: {} })).body);
  await enrol({
    subject: entityRef('gateway', settings.gateway),
    stateDirectory: paths.gateway,
    api: apiBaseUrl,
    ca: readFileSync(paths.caCertificate, 'utf8'),
    claim,
    nowMs,
  });
  await api.call({
    method: 'POST',
    path: `${path}/assessment`,
    body: { reason: 'Commissioning of a local run', factors: machineFactors(ports.TLS) },
  });
}

async function configuration(facts: RuntimeFacts): Promise<object> {
  const { paths, ports, settings, apiBaseUrl } = facts;
  const identity = (name: string): string => join('identity', name);
  const anchors = AnchorsSchema.parse(JSON.parse(readFileSync(join(paths.gateway, identity('anchors.json')), 'utf8')));
  const write = (name: string, certificates: readonly string[]): Promise<void> =>
    writeFile(join(paths.gateway, name), `${certificates.map((pem) => pem.trim()).join('\n')}\n`);
  await write('clients.pem', [...anchors.device, ...anchors.resource, ...anchors.root]);
  await write(
    'cloud.pem',
    [paths.caCertificate, paths.mqttAnchor].map((path) => readFileSync(path, 'utf8')),
  );
  const [cert, key] = [identity('certificate.pem'), identity('key.pem')];
  return {
    site: settings.site,
    gateway: settings.gateway,
    workers: 1,
    knock: 'off',
    tls: { minVersion: 'TLSv1.3' },
    listeners: [{ address: '127.0.0.1', port: ports.TLS, cert, key, clientCa: 'clients.pem', protocol: 'tls' }],
    bundle: 'bundle.jws',
    state: 'state.ndjson',
    auditDirectory: 'audit',
    metricsPort: ports.METRICS,
    keys: identity('keys.json'),
    cloud: { mqtt: settings.mqttEndpoint, api: apiBaseUrl, cert, key, ca: 'cloud.pem', audience: GATEWAY_AUDIENCE },
  };
}
