/** The files that the hospital's processes start from: one agent a device, one file for all systems, one for all devices. */
import { join } from 'node:path';
import type { z } from 'zod';
import { type EntityId, entityId, type SiteId } from '../../core/contracts/identifiers.ts';
import type { AgentConfigSchema } from '../../edge/agent/config.ts';
import { deviceDirectory, filesDirectory, installedAt, versionFile } from './device-files.ts';
import { DEVICES, EMR, type InventoryDevice, LAPTOP, type SystemName } from './inventory.ts';
import { aliasOf, type HospitalPlan, portOf, proxyKey, serviceKey, systemKey } from './plan.ts';

const LOOPBACK = '127.0.0.1';
const REPORT_SECONDS = 60;
/** The laptop comes back every few minutes. */
const LAPTOP_SECONDS = 180;

export interface SiteFacts {
  readonly site: SiteId;
  readonly gateway: EntityId;
  readonly gatewayPort: number;
  readonly api: string;
  /** Paths of PEM anchors. */
  readonly apiAnchor: string;
  readonly brokerAnchor: string;
  readonly broker: string;
  readonly hospital: string;
  readonly plan: HospitalPlan;
}

export const agentConfigFile = (hospital: string, name: string): string =>
  join(deviceDirectory(hospital, name), 'agent.json');
export const claimFile = (hospital: string, name: string): string => join(deviceDirectory(hospital, name), 'claim');
export const stateDirectory = (hospital: string, name: string): string =>
  join(deviceDirectory(hospital, name), 'state');
export const systemsFile = (hospital: string): string => join(hospital, 'systems.json');
export const devicesFile = (hospital: string): string => join(hospital, 'devices.json');

export function agentConfiguration(facts: SiteFacts, device: InventoryDevice): z.input<typeof AgentConfigSchema> {
  const { site, plan, hospital } = facts;
  const { name, reaches, service } = device;
  return {
    subject: { kind: 'device', id: `${site}:${name}` },
    stateDirectory: stateDirectory(hospital, name),
    enrolment: { api: facts.api, ca: facts.apiAnchor, claimFile: claimFile(hospital, name) },
    broker: { url: facts.broker, ca: facts.brokerAnchor },
    gateway: { id: facts.gateway, host: LOOPBACK, port: facts.gatewayPort },
    posture: {
      intervalSeconds: REPORT_SECONDS,
      firmwareFile: versionFile(hospital, name),
      watch: [{ path: filesDirectory(hospital, name), reportedAs: installedAt(device) }],
    },
    proxies: reaches.map((system) => ({
      listen: { address: LOOPBACK, port: portOf(plan, proxyKey(name, system)) },
      alias: aliasOf(plan, systemKey(system)),
    })),
    services: service === null ? [] : [{ name: service, port: portOf(plan, serviceKey(name)) }],
  };
}

export function systemPrograms({ site, gateway, gatewayPort, hospital, plan }: SiteFacts): object {
  const identity = (name: string) => ({ stateDirectory: stateDirectory(hospital, name) });
  const server = (name: SystemName) => ({
    id: entityId(`${site}:${name}`),
    listen: { port: portOf(plan, systemKey(name)) },
    identity: identity(name),
    gateway,
  });
  const pumps = DEVICES.filter(({ service }) => service === 'drug-library').map(({ name }) => ({
    name,
    alias: aliasOf(plan, serviceKey(name)),
  }));
  return {
    programs: [
      { program: 'fhir-server', config: server('fhir') },
      { program: 'results-sink', config: server('results') },
      {
        program: 'emr',
        config: {
          id: entityId(`${site}:${EMR}`),
          identity: identity(EMR),
          gateway: { id: gateway, host: LOOPBACK, port: gatewayPort },
          pumps,
        },
      },
    ],
  };
}

export const devicePrograms = (facts: SiteFacts): object => ({
  programs: [
    ...DEVICES.map((device) => ({ program: device.program, config: programConfiguration(facts, device) })),
    { program: 'rogue-laptop', config: laptopConfiguration(facts) },
  ],
});

function programConfiguration({ site, plan }: SiteFacts, { name, program, patient }: InventoryDevice): object {
  const id = entityId(`${site}:${name}`);
  const proxy = (system: SystemName) => ({ host: LOOPBACK, port: portOf(plan, proxyKey(name, system)) });
  switch (program) {
    case 'infusion-pump':
      return {
        id,
        patient,
        telemetry: proxy('results'),
        fhir: proxy('fhir'),
        service: { port: portOf(plan, serviceKey(name)) },
      };
    case 'bedside-monitor':
      return { id, patient, fhir: proxy('fhir') };
    case 'analyser':
      return { id, results: proxy('results') };
    case 'ct':
      return { id, fhir: proxy('fhir') };
  }
}

const laptopConfiguration = ({ site, plan, gatewayPort }: SiteFacts): object => ({
  id: entityId(`${site}:${LAPTOP}`),
  gateway: { host: LOOPBACK, port: gatewayPort },
  claims: { kind: 'device', id: entityId(`${site}:pump-1`) },
  aliases: [aliasOf(plan, systemKey('fhir'))],
  systems: (['fhir', 'results'] as const).map((name) => ({
    name,
    address: { host: LOOPBACK, port: portOf(plan, systemKey(name)) },
  })),
  everySeconds: LAPTOP_SECONDS,
});
