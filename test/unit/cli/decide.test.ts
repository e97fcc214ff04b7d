import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext, CommandResult } from '../../../cli/command.ts';
import { command } from '../../../cli/decide.ts';
import { AccessRequestSchema, DecisionSchema } from '../../../core/contracts/access.ts';
import type { SubjectState } from '../../../core/contracts/site-state.ts';
import { ask, createWorld, NOON_MS, POLICY_DIRECTORY, ref, WORLD_ENTITIES } from '../../fixtures/decision-world.ts';
import { createTestSite, NORTH, testSubject } from '../../fixtures/site.ts';

let directory = '';
const file = (name: string): string => join(directory, name);
const save = (name: string, value: unknown): Promise<void> =>
  writeFile(file(name), typeof value === 'string' ? value : JSON.stringify(value));

const context = (values: CommandContext['values'], stdin: unknown = '', nowMs = NOON_MS): CommandContext => ({
  values,
  positionals: [],
  nowMs,
  readStdin: () => Promise.resolve(typeof stdin === 'string' ? stdin : JSON.stringify(stdin)),
  signal: new AbortController().signal,
  log: () => undefined,
});
const decisionOf = ({ document }: CommandResult) => {
  const { schema, code, ...decision } = document;
  return { schema, code, ...DecisionSchema.parse(decision) };
};

const create = ask(ref('device', 'pump-3'), 'fhir:create', ref('resource', 'fhir'));
const authored = () => ({ policies: POLICY_DIRECTORY, entities: file('entities.json') });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitalgate-decide-'));
  const subjects = [...createWorld().state.subjects.values()];
  await save('entities.json', { site: NORTH, entities: WORLD_ENTITIES, subjects });
  const weak = subjects.map(
    (subject): SubjectState => (subject.ref.id === create.subject.id ? { ...subject, trust: null } : subject),
  );
  await save('weak.json', { site: NORTH, entities: WORLD_ENTITIES, subjects: weak });
});
afterAll(() => rm(directory, { recursive: true }));

describe('vitalgate decide, from policies and entities', () => {
  it('answers a request from stdin with the decision, its policies and exit code 0', async () => {
    const result = await command.run(context(authored(), create));
    expect(result.exitCode).toBe(0);
    expect(decisionOf(result)).toMatchObject({
      schema: 'vitalgate.decision/1',
      code: 'allowed',
      decision: true,
      context: { policies: ['020-device-uses-fhir'], reasons: [], bundleVersion: 1 },
    });
  });

  it('explains a denial with the counterfactual, and exits with 1', async () => {
    const result = await command.run(context({ ...authored(), entities: file('weak.json') }, create));
    expect(result.exitCode).toBe(1);
    const { code, context: why } = decisionOf(result);
    expect(code).toBe('denied');
    expect(why.reasons).toEqual(['subject-unassessed']);
    expect(why.counterfactual).toEqual({
      clause: 'criterion: subject-unassessed',
      changes: [{ attribute: 'subject.trustLevel', from: 0, to: 3 }],
    });
    expect(result.table).toContain('denied: subject-unassessed');
  });

  it('reads the request from a file when one is named', async () => {
    await save('request.json', create);
    expect((await command.run(context({ ...authored(), request: file('request.json') }))).exitCode).toBe(0);
  });

  it('takes the circumstances from the request, and the age of the head from the option', async () => {
    const nurse = {
      ...ask(ref('user', 'nurse-ada'), 'fhir:create', ref('resource', 'fhir')),
      context: { device: 'north:workstation-1', authentication: { acr: 'aal1', ageSeconds: 60 } },
    };
    const { context: why } = decisionOf(await command.run(context(authored(), AccessRequestSchema.parse(nurse))));
    expect(why.stepUp?.acrValues).toEqual(['aal2', 'aal3']);
    const old = await command.run(context({ ...authored(), 'head-age': '300000' }, create));
    expect(decisionOf(old).context.reasons).toEqual(['break-glass-required']);
  });

  it('answers line by line in a batch, from files that are read once', async () => {
    const values = authored();
    const first = await command.runLine?.(create, context(values));
    await save('entities.json', 'gone');
    const second = await command.runLine?.({ ...create, action: { name: 'fhir:delete' } }, context(values));
    expect(first?.exitCode).toBe(0);
    expect(second?.exitCode).toBe(1);
    const subjects = [...createWorld().state.subjects.values()];
    await save('entities.json', { site: NORTH, entities: WORLD_ENTITIES, subjects });
  });

  it('refuses bad input with exit code 2 and a stable code', async () => {
    await save('unknown-key.json', { site: NORTH, entities: [], subjects: [], colour: 'red' });
    await save('not.json', '{');
    const code = async (values: CommandContext['values'], stdin: unknown = create) => {
      const result = await command.run(context(values, stdin));
      expect(result.exitCode).toBe(2);
      return result.document.code;
    };
    expect(await code({})).toBe('ERR_OPTIONS');
    expect(await code(authored(), 'not json')).toBe('ERR_REQUEST_MALFORMED');
    expect(await code(authored(), { subject: {} })).toBe('ERR_REQUEST_MALFORMED');
    expect(await code(authored(), { ...create, context: { stage: 'later' } })).toBe('ERR_CONTEXT_MALFORMED');
    expect(await code({ ...authored(), entities: file('unknown-key.json') })).toBe('entities-malformed');
    expect(await code({ ...authored(), entities: file('not.json') })).toBe('ERR_FILE');
    expect(await code({ ...authored(), entities: file('missing.json') })).toBe('ERR_FILE');
  });

  it('refuses a policy that would not be published, with its line', async () => {
    const folder = await mkdtemp(join(directory, 'policies-'));
    await writeFile(join(folder, 'p.cedar'), 'permit (principal, action, resource)\nwhen { resource.colour == 1 };');
    const { document, exitCode } = await command.run(context({ ...authored(), policies: folder }, create));
    expect(exitCode).toBe(2);
    expect(document).toMatchObject({
      code: 'policy-set-invalid',
      message: expect.stringContaining('p:2 policy-schema'),
    });
  });
});

describe('vitalgate decide, from a signed bundle and state', () => {
  const signed = (changes: Record<string, string> = {}) => ({
    bundle: file('bundle.jws'),
    keys: file('keys.json'),
    state: file('state.txt'),
    ...changes,
  });
  const site = createTestSite({ nowMs: NOON_MS });

  beforeAll(async () => {
    const { sealed, keys, snapshotToken, headToken, nextUpdate, entities } = await site;
    const pump = testSubject({ kind: 'device', id: entities.pump.id }, { state: 'quarantined' }, { nowMs: NOON_MS });
    const update = await nextUpdate([{ op: 'put-subject', subject: pump }]);
    await save('bundle.jws', `${sealed.token}\n`);
    await save('keys.json', keys);
    await save('state.txt', [headToken, snapshotToken].join('\n'));
    await save('later.json', { updates: [update.token], snapshot: snapshotToken, head: headToken });
    await save('empty.txt', '');
  });

  it('verifies both and decides', async () => {
    const result = await command.run(context(signed(), create));
    expect(decisionOf(result)).toMatchObject({
      code: 'allowed',
      context: { policies: ['900-test-open'], bundleVersion: 1 },
    });
  });

  it('applies the updates that follow the snapshot', async () => {
    const result = await command.run(context(signed({ state: file('later.json') }), create));
    expect(decisionOf(result).context.reasons).toContain('subject-quarantined');
  });

  it('takes the freshness from the age of the head', async () => {
    const later = NOON_MS + 20 * 3600_000;
    const business = ask(ref('device', 'pump-3'), 'http:GET', ref('resource', 'updates'));
    const result = await command.run(context(signed(), business, later));
    expect(decisionOf(result).context.reasons).toEqual(['freshness-closed']);
  });

  it('refuses what is not signed, expired, for another gateway, or no state at all, with the code of that', async () => {
    const { sealed } = await site;
    await save('tampered.jws', `${sealed.token.slice(0, -8)}AAAAAAAA`);
    const code = async (changes: Record<string, string>, nowMs = NOON_MS) => {
      const result = await command.run(context(signed(changes), create, nowMs));
      expect(result.exitCode).toBe(2);
      return result.document.code;
    };
    expect(await code({ bundle: file('tampered.jws') })).toBe('bundle-signature');
    expect(await code({ bundle: file('state.txt') })).toBe('bundle-malformed');
    expect(await code({ gateway: 'north:gw-2' })).toBe('bundle-wrong-site');
    expect(await code({}, NOON_MS + 80 * 3600_000)).toBe('bundle-expired');
    expect(await code({ state: file('empty.txt') })).toBe('state-malformed');
    expect(await code({ keys: file('state.txt') })).toBe('ERR_FILE');
  });
});
