import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MalwareIndicatorSchema, ReferenceValuesSchema } from '../../../../core/contracts/bundle.ts';
import { EntitySchema } from '../../../../core/contracts/entities.ts';
import { entityId, siteId } from '../../../../core/contracts/identifiers.ts';
import { validatePolicies } from '../../../../core/policy/validate-policies.ts';
import { completeAgentConfig } from '../../../../edge/agent/config.ts';
import { FileHasher } from '../../../../edge/agent/file-hasher.ts';
import { agentConfiguration, type SiteFacts } from '../../../../local/hospital/configurations.ts';
import { filesDirectory, firmwareReference, installFiles } from '../../../../local/hospital/device-files.ts';
import { DEVICES } from '../../../../local/hospital/inventory.ts';
import { malwareSample, malwareSampleDigest } from '../../../../local/hospital/malware-sample.ts';
import { ensurePlan, type HospitalPlan, readPlan } from '../../../../local/hospital/plan.ts';
import { hospitalRecords } from '../../../../local/hospital/records.ts';
import { MALWARE_INDICATORS, referenceValues, SITE_POLICY } from '../../../../local/hospital/reference-values.ts';
import { testDirectory } from '../../../fixtures/command-context.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const SITE = siteId('north');
const factsOf = (plan: HospitalPlan): SiteFacts => ({
  site: SITE,
  gateway: entityId('north:gw-1'),
  gatewayPort: 8443,
  api: 'https://localhost:4566',
  apiAnchor: '/run/ca.pem',
  brokerAnchor: '/run/mqtt-ca.pem',
  broker: 'mqtts://localhost:8883',
  hospital: '/run/hospital',
  plan,
});

describe('the plan of a local hospital', () => {
  it('keeps its ports and aliases from one start to the next', async () => {
    const { path } = testDirectory();
    const first = await ensurePlan(path);
    expect(await ensurePlan(path)).toEqual(first);
    expect(await readPlan(path)).toEqual(first);
    const ports = Object.values(first.ports);
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('chooses a port anew when something else has taken it, and keeps the rest', async () => {
    const { path } = testDirectory();
    const first = await ensurePlan(path);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(first.ports['fhir'], '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const second = await ensurePlan(path);
    expect(second.ports['fhir']).not.toBe(first.ports['fhir']);
    expect({ ...second.ports, fhir: 0 }).toEqual({ ...first.ports, fhir: 0 });
    expect(second.aliases).toEqual(first.aliases);
  });
});

describe('what is registered', () => {
  it('are records that the control plane accepts, each owned', async () => {
    const plan = await ensurePlan(testDirectory().path);
    const records = hospitalRecords({ site: SITE, plan, nowMs: NOW_MS });
    for (const record of records) {
      expect(EntitySchema.parse({ ...record, site: SITE, version: 1 }).owners).not.toBeNull();
    }
    expect(records.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['north:fhir', 'north:results', 'north:emr', 'north:pump-3', 'north:ct-1']),
    );
  });

  it('are reference values, an indicator and a policy of the right form', () => {
    for (const value of referenceValues()) ReferenceValuesSchema.parse(value);
    for (const indicator of MALWARE_INDICATORS) MalwareIndicatorSchema.parse(indicator);
    expect(validatePolicies([SITE_POLICY])).toEqual({ valid: true, issues: [] });
  });

  it('hold the devices to the firmware that is installed on them', async () => {
    const { path } = testDirectory();
    for (const device of DEVICES.slice(2, 4)) {
      await installFiles(path, device);
      const hashed = await new FileHasher(1_000_000).hash(join(filesDirectory(path, device.name), 'firmware.bin'));
      expect(hashed?.sha256).toBe(firmwareReference(device).sha256);
    }
  });

  it('name the EICAR test file by the hash under which the world knows it', () => {
    expect(malwareSample()).toHaveLength(68);
    expect(malwareSampleDigest()).toBe('275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f');
  });
});

describe('the agents of the hospital', () => {
  it('have configurations that the agent accepts', async () => {
    const facts = factsOf(await ensurePlan(testDirectory().path));
    for (const device of DEVICES) {
      const config = completeAgentConfig(agentConfiguration(facts, device), '/');
      expect(config.proxies).toHaveLength(device.reaches.length);
      expect(config.services).toHaveLength(device.service === null ? 0 : 1);
    }
  });
});
