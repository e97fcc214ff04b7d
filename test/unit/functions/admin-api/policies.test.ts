import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AdminWorld } from './admin-world.ts';

const NARROWED = '920-verb-narrowed';
const text = (id: string) =>
  readFileSync(new URL(`../../../../core/policy/policies/${id}.cedar`, import.meta.url), 'utf8');
const SHIPPED = [{ id: NARROWED, cedar: text(NARROWED) }];
const own = (id: string) => text(NARROWED).replace(NARROWED, id);
const IS_NEW = { 'if-none-match': '*' };

describe('policies', () => {
  it('are listed shipped and authored, in order of their ids', async () => {
    const world = new AdminWorld(SHIPPED);
    await world.put('/v1/policies/100-own', { cedar: own('100-own') }, IS_NEW);
    const first = await world.call('GET /v1/policies?limit=1');
    const second = await world.call(`GET /v1/policies?limit=1&cursor=${first.body.cursor}`);
    expect(first.body.items).toMatchObject([{ id: '100-own', source: 'authored', enabled: true, version: 1 }]);
    expect(second.body).toMatchObject({ items: [{ id: NARROWED, source: 'shipped', version: 0 }], cursor: null });
  });

  it('are not stored when the set would not be valid, and the faults are named', async () => {
    const world = new AdminWorld(SHIPPED);
    const answer = await world.put('/v1/policies/100-own', { cedar: 'permit (principal, action' }, IS_NEW);
    expect(answer).toMatchObject({ status: 422, body: { code: 'ERR_POLICY_INVALID' } });
    expect(JSON.stringify(answer.body.errors)).toContain('policy-syntax');
    expect(world.site.items.size).toBe(0);
    const foreign = { cedar: own('100-own').replace('context.narrowed', 'context.nothing') };
    expect((await world.put('/v1/policies/100-own', foreign, IS_NEW)).body.code).toBe('ERR_POLICY_INVALID');
  });

  it('are written on the version that was read', async () => {
    const world = new AdminWorld(SHIPPED);
    const body = { cedar: own('100-own') };
    expect((await world.put('/v1/policies/100-own', body, {})).body.code).toBe('ERR_VERSION_REQUIRED');
    expect((await world.put('/v1/policies/100-own', body, { 'if-match': '"1"' })).body.code).toBe('ERR_VERSION_STALE');
    expect((await world.put('/v1/policies/100-own', body, IS_NEW)).headers['etag']).toBe('"1"');
    expect((await world.put('/v1/policies/100-own', body, IS_NEW)).body.code).toBe('ERR_ITEM_EXISTS');
    expect((await world.put('/v1/policies/100-own', body, { 'if-match': '"1"' })).headers['etag']).toBe('"2"');
    expect((await world.put('/v1/policies/100-own', body, { 'if-match': 'W/"2"' })).body.code).toBe(
      'ERR_PRECONDITION_MALFORMED',
    );
  });

  it('that are disabled are withdrawn at every gateway at once, shipped ones too', async () => {
    const world = new AdminWorld(SHIPPED);
    const answer = await world.put(`/v1/policies/${NARROWED}`, { cedar: text(NARROWED), enabled: false }, IS_NEW);
    expect(answer.body).toMatchObject({ enabled: false, source: 'authored', version: 1 });
    expect(world.site.updates.at(-1)?.changes).toEqual([
      { op: 'withdraw', kind: 'policy', id: NARROWED, untilBundleVersion: 1 },
    ]);
    expect(world.site.commits.at(-1)?.events).toEqual([
      { type: 'policy.changed', detail: { site: 'north', item: 'policy', id: NARROWED, change: 'changed' } },
    ]);
  });

  it('that are deleted are withdrawn at once; what was shipped is back with the next bundle', async () => {
    const world = new AdminWorld(SHIPPED);
    await world.put('/v1/policies/100-own', { cedar: own('100-own') }, IS_NEW);
    const gone = await world.call('DELETE /v1/policies/100-own', { headers: { 'if-match': '"1"' } });
    expect(gone.status).toBe(204);
    expect(world.site.withdrawals).toEqual([{ kind: 'policy', id: '100-own', untilBundleVersion: 1 }]);
    expect((await world.call('GET /v1/policies/100-own')).status).toBe(404);
    const shipped = await world.call(`DELETE /v1/policies/${NARROWED}`, { headers: { 'if-match': '"0"' } });
    expect(shipped.body.code).toBe('ERR_POLICY_SHIPPED');
  });
});

describe('documents of the policy table', () => {
  const REFERENCE = {
    category: 'infusion-pump',
    model: null,
    operatingSystem: { name: 'Debian GNU/Linux', minimumVersion: '12' },
    requiredProcesses: [],
    forbiddenProcesses: ['nc'],
    files: [],
    allowedPorts: null,
    minimumTlsVersion: 'TLSv1.3',
  };
  const HASH = 'ab'.repeat(32);

  it('reference values are kept by category and model', async () => {
    const world = new AdminWorld();
    const answer = await world.put('/v1/reference-values', REFERENCE, IS_NEW);
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: { value: REFERENCE, version: 1 } });
    await world.put('/v1/reference-values', { ...REFERENCE, model: 'IP-200' }, IS_NEW);
    expect((await world.call('GET /v1/reference-values')).body.items).toHaveLength(2);
    expect(world.site.record.policyRevision).toBe(2);
  });

  it('indicators are written, read and deleted by their hash', async () => {
    const world = new AdminWorld();
    const path = `/v1/indicators/${HASH}`;
    await world.put(path, { name: 'EICAR test file', family: 'other' }, IS_NEW);
    expect((await world.call(`GET ${path}`)).body.value).toEqual({
      sha256: HASH,
      name: 'EICAR test file',
      family: 'other',
    });
    expect((await world.call(`DELETE ${path}`)).body.code).toBe('ERR_VERSION_REQUIRED');
    expect((await world.call(`DELETE ${path}`, { headers: { 'if-match': '"1"' } })).status).toBe(204);
    expect((await world.call(`GET ${path}`)).body.code).toBe('ERR_ITEM_UNKNOWN');
    expect((await world.put('/v1/indicators/abc', { name: 'x', family: 'other' }, IS_NEW)).body.code).toBe(
      'ERR_NAME_MALFORMED',
    );
    expect(world.story()).toEqual(['malware-indicator-changed', 'malware-indicator-deleted']);
  });

  it('narrowed verbs are written by category', async () => {
    const world = new AdminWorld();
    const path = '/v1/narrowed-verbs/infusion-pump';
    await world.put(path, { verbs: ['tcp:connect', 'fhir:create'] }, IS_NEW);
    expect((await world.call(`GET ${path}`)).body.value.verbs).toEqual(['tcp:connect', 'fhir:create']);
    expect((await world.call('GET /v1/narrowed-verbs')).body.items).toHaveLength(1);
    expect((await world.put('/v1/narrowed-verbs/toaster', { verbs: [] }, IS_NEW)).status).toBe(404);
  });
});
