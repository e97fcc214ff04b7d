/** One more pump on the ward: registered by a person, run by the agent's real program, used through its local proxies. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { type EntityRef, entityId, entityRef, siteId } from '../../core/contracts/identifiers.ts';
import { agentConfiguration, type SiteFacts } from '../../local/hospital/configurations.ts';
import { filesDirectory, installFiles } from '../../local/hospital/device-files.ts';
import { DEVICES, type InventoryDevice, ownersUntil } from '../../local/hospital/inventory.ts';
import { aliasOf, proxyKey, serviceKey } from '../../local/hospital/plan.ts';
import { REPOSITORY_ROOT } from '../../local/paths.ts';
import type { StartedSystem } from './started-system.ts';

const ReadySchema = z.object({
  event: z.literal('ready'),
  proxies: z.array(z.object({ port: z.number(), alias: z.string() })),
});

export interface WardDevice {
  readonly ref: EntityRef;
  readonly directory: string;
  readonly serviceAlias: string;
  /** Where its agent looks. */
  readonly files: string;
  readonly claim: string;
}

const ALIAS_OF_SERVICE = 'e2e0000000000000service1';

/** Registers it and installs it; its agent does not run yet. */
export async function registerPump(system: StartedSystem, name: string, servicePort: number): Promise<WardDevice> {
  const { api, paths } = system;
  const model = DEVICES.find(({ category }) => category === 'infusion-pump');
  if (model === undefined) throw new Error('there is no pump in the inventory');
  const device: InventoryDevice = { ...model, name };
  const ref = entityRef('device', `north:${name}`);
  await api.call({
    method: 'POST',
    path: '/v1/entities',
    role: 'biomedical-engineer',
    body: {
      kind: 'device',
      id: ref.id,
      groups: [],
      owners: ownersUntil(Date.now()),
      category: device.category,
      manufacturer: device.manufacturer,
      model: device.model,
      firmware: device.firmware,
      ward: device.ward,
      zone: 'clinical',
      criticality: device.criticality,
      securityLevel: 2,
      identifiers: { serial: `SN-${name}` },
      services: [{ name: 'drug-library', alias: ALIAS_OF_SERVICE, protocol: 'http', port: servicePort }],
      behind: null,
    },
  });
  await installFiles(paths.hospital, device);
  const plan = {
    ports: { [proxyKey(name, 'fhir')]: 0, [proxyKey(name, 'results')]: 0, [serviceKey(name)]: servicePort },
    aliases: system.plan.aliases,
  };
  const config = agentConfiguration({ ...siteFacts(system), plan }, device);
  const directory = join(paths.hospital, name);
  mkdirSync(join(directory, 'state'), { recursive: true });
  // Its proxies take any port: port 0 stands for that, which a kept plan never has.
  writeFileSync(join(directory, 'agent.json'), JSON.stringify(config));
  const claim = z
    .object({ claim: z.string() })
    .parse((await api.call({ method: 'POST', path: `/v1/entities/device/${ref.id}/claims`, body: {} })).body).claim;
  return {
    ref,
    directory,
    serviceAlias: ALIAS_OF_SERVICE,
    files: filesDirectory(paths.hospital, name),
    claim,
  };
}

function siteFacts({ runtime, paths, ports, plan }: StartedSystem): SiteFacts {
  return {
    site: siteId('north'),
    gateway: entityId('north:gw-1'),
    gatewayPort: ports.TLS,
    api: runtime.api.baseUrl,
    apiAnchor: runtime.ca,
    broker: `mqtts://${runtime.mqtt.host}:${runtime.mqtt.port}`,
    brokerAnchor: runtime.mqtt.ca,
    hospital: paths.hospital,
    plan,
  };
}

export interface RunningAgentProcess {
  readonly fhirPort: number;
  readonly resultsPort: number;
  readonly log: string[];
  stop(): Promise<void>;
}

export async function runAgentOf(device: WardDevice, { plan }: StartedSystem): Promise<RunningAgentProcess> {
  const main = join(REPOSITORY_ROOT, 'cli', 'main.ts');
  const child = spawn(process.execPath, [main, 'agent', 'run', '--config', join(device.directory, 'agent.json')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => void log.push(line));
  const { proxies } = ReadySchema.parse(JSON.parse(await firstLine(child, log)));
  const portOf = (system: 'fhir' | 'results'): number =>
    proxies.find(({ alias }) => alias === aliasOf(plan, system))?.port ?? 0;
  return {
    fhirPort: portOf('fhir'),
    resultsPort: portOf('results'),
    log,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

function firstLine(child: ChildProcess, log: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the agent ended with ${code}\n${log.join('\n')}`)));
  });
}

export const dropFile = (device: WardDevice, name: string, content: string): void =>
  writeFileSync(join(device.files, name), content);
