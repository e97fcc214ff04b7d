import { join } from 'node:path';
import { checkParseEntities, checkParseSchema } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, it } from 'vitest';
import { VerbSchema } from '../../../core/contracts/identifiers.ts';
import { ACTION_GROUPS, ACTIONS, actionOf } from '../../../core/policy/actions/action-table.ts';
import { cedarEntity } from '../../../core/policy/cedar-entities.ts';
import { SCHEMA_TEXT } from '../../../core/policy/schema.ts';
import { WORLD_ENTITIES } from '../../fixtures/decision-world.ts';

const FILE = join(import.meta.dirname, '../../../core/policy/schema.cedarschema');

describe('the schema', () => {
  it('is the file that people and tools read', async () => {
    await expect(SCHEMA_TEXT).toMatchFileSnapshot(FILE);
  });

  it('is one that Cedar accepts', () => {
    expect(checkParseSchema(SCHEMA_TEXT)).toEqual({ type: 'success' });
  });

  it('takes every kind of entity as the libraries hold it, with or without hubs', () => {
    const hub = WORLD_ENTITIES.find((entity) => entity.kind === 'device' && entity.category === 'hub');
    const hubs = hub?.kind === 'device' ? [hub] : [];
    const entities = WORLD_ENTITIES.map((entity) =>
      cedarEntity(entity, entity.kind === 'device' ? hubs.filter(({ id }) => id !== entity.id) : []),
    );
    expect(checkParseEntities({ entities, schema: SCHEMA_TEXT })).toEqual({ type: 'success' });
  });
});

describe('the action table', () => {
  it('names each verb once, in the form of the contract', () => {
    expect(new Set(ACTIONS.map(({ verb }) => verb)).size).toBe(ACTIONS.length);
    expect(ACTIONS.filter(({ verb }) => !VerbSchema.safeParse(verb).success)).toEqual([]);
  });

  it('covers the families that the gateway enforces', () => {
    const families = new Set(ACTIONS.map(({ family }) => family));
    for (const family of ['tcp', 'http', 'fhir', 'hl7', 'dicom', 'mqtt']) expect(families).toContain(family);
  });

  it('puts every verb into its family and into what it amounts to, and only into groups there are', () => {
    for (const { verb, family, groups } of ACTIONS) {
      expect(groups, verb).toContain(family);
      expect(groups.size, verb).toBeGreaterThan(1);
      for (const group of groups) expect(ACTION_GROUPS.has(group), `${verb} in ${group}`).toBe(true);
    }
  });

  it('makes every verb either reach, clinical, privileged or several of these', () => {
    for (const { verb, groups } of ACTIONS) {
      expect(
        ['reach', 'clinical', 'privileged'].some((group) => groups.has(group)),
        verb,
      ).toBe(true);
    }
  });

  it('knows no verb that nobody described', () => {
    expect(actionOf('http:TRACE')).toBeUndefined();
    expect(actionOf('read')).toBeUndefined();
    expect(actionOf('fhir:read')?.groups.has('clinical')).toBe(true);
  });

  it('calls administration, export and a vendor’s hand privileged', () => {
    for (const verb of [
      'device:update-firmware',
      'admin:open-shell',
      'fhir:export',
      'vendor:remote-service',
      'hl7:MFN^M01',
    ]) {
      expect(actionOf(verb)?.groups.has('privileged'), verb).toBe(true);
    }
  });
});
