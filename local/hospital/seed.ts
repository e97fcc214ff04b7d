/**
 * Brings the hospital into a site that runs: registers what there is, enrols the business systems, leaves a claim and a
 * configuration for every device, and grants the one protection. Everything is done through the API, in the role of
 * whoever does it in a hospital; what is there already stays as it is.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { type EntityRef, entityId, entityRef, siteId } from '../../core/contracts/identifiers.ts';
import { ApiClient } from '../api-client.ts';
import { type LocalPaths, localPaths } from '../paths.ts';
import { portsFrom } from '../ports.ts';
import type { Runtime } from '../runtime-file.ts';
import { localSettings } from '../settings.ts';
import { enrolSystem, issueClaim } from './admit-system.ts';
import {
  agentConfigFile,
  agentConfiguration,
  claimFile,
  devicePrograms,
  devicesFile,
  type SiteFacts,
  stateDirectory,
  systemPrograms,
  systemsFile,
} from './configurations.ts';
import { deviceDirectory, installFiles } from './device-files.ts';
import { DEVICES, EMR, type InventoryDevice, PROTECTED_DEVICE } from './inventory.ts';
import { ensurePlan } from './plan.ts';
import { hospitalRecords } from './records.ts';
import { MALWARE_INDICATORS, NARROWED_VERBS, referenceValues, SITE_POLICY } from './reference-values.ts';
import { ensureEntity, ensureValue, isCertified } from './site-library.ts';

const PROTECTION_MS = 30 * 86_400_000;
const EXISTS = 409;

export interface SeedOptions {
  /** The run's state directory; the one of this process when absent. */
  readonly paths?: LocalPaths;
  readonly nowMs?: () => number;
}

/** Call while no hospital runs. */
export async function seedHospital(runtime: Runtime, options: SeedOptions = {}): Promise<void> {
  const { paths = localPaths(process.env['VITALGATE_STATE_DIRECTORY']), nowMs = Date.now } = options;
  const api = new ApiClient(runtime);
  const settings = localSettings(portsFrom(process.env));
  const facts: SiteFacts = {
    site: siteId(settings.site),
    gateway: entityId(settings.gateway),
    gatewayPort: runtime.gateway.tls,
    api: runtime.api.baseUrl,
    apiAnchor: runtime.ca,
    broker: `mqtts://${runtime.mqtt.host}:${runtime.mqtt.port}`,
    brokerAnchor: runtime.mqtt.ca,
    hospital: paths.hospital,
    plan: await ensurePlan(paths.hospital),
  };
  const { site, plan } = facts;
  for (const record of hospitalRecords({ site, plan, nowMs: nowMs() })) await ensureEntity(api, record);
  await publishRules(api);
  const systems = [
    entityRef('resource', `${site}:fhir`),
    entityRef('resource', `${site}:results`),
    entityRef('application', `${site}:${EMR}`),
  ];
  for (const ref of systems) await enrolSystem({ api, facts, ref, nowMs });
  for (const device of DEVICES) await prepareDevice(api, facts, device);
  await protectTherapy(api, facts, nowMs());
  await writeJson(systemsFile(paths.hospital), systemPrograms(facts));
  await writeJson(devicesFile(paths.hospital), devicePrograms(facts));
}

async function publishRules(api: ApiClient): Promise<void> {
  for (const value of referenceValues()) await ensureValue(api, '/v1/reference-values', value);
  for (const { category, verbs } of NARROWED_VERBS) await ensureValue(api, `/v1/narrowed-verbs/${category}`, { verbs });
  for (const { sha256, ...indicator } of MALWARE_INDICATORS)
    await ensureValue(api, `/v1/indicators/${sha256}`, indicator);
  await ensureValue(api, `/v1/policies/${SITE_POLICY.id}`, { cedar: SITE_POLICY.cedar });
}

/** Its agent enrols by itself when it starts, with the claim that the biomedical engineer left on it. */
async function prepareDevice(api: ApiClient, facts: SiteFacts, device: InventoryDevice): Promise<void> {
  const { hospital, site } = facts;
  const ref: EntityRef = entityRef('device', `${site}:${device.name}`);
  await mkdir(deviceDirectory(hospital, device.name), { recursive: true });
  await installFiles(hospital, device);
  await writeJson(agentConfigFile(hospital, device.name), agentConfiguration(facts, device));
  const state = stateDirectory(hospital, device.name);
  if (existsSync(state) && (await isCertified(api, ref))) return;
  await rm(state, { recursive: true, force: true });
  await mkdir(state, { recursive: true, mode: 0o700 });
  await writeFile(claimFile(hospital, device.name), `${await issueClaim(api, ref)}\n`, { mode: 0o600 });
}

/** The therapy stream of one pump, and nothing else of it: the clinical owner's word. */
async function protectTherapy(api: ApiClient, { site }: SiteFacts, nowMs: number): Promise<void> {
  await api.call({
    method: 'POST',
    path: '/v1/protections',
    role: 'clinical-owner',
    body: {
      id: `${site}:${PROTECTED_DEVICE}-therapy`,
      device: `${site}:${PROTECTED_DEVICE}`,
      resource: `${site}:results`,
      verbs: ['tcp:connect'],
      expiresAt: new Date(nowMs + PROTECTION_MS).toISOString(),
    },
    expected: [EXISTS],
  });
}

const writeJson = (path: string, value: object): Promise<void> =>
  writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
