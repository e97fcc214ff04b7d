import { describe, expect, it } from 'vitest';
import { AdminWorld, ALIAS, FHIR, NURSE, OWNERS, PUMP } from './admin-world.ts';

const PUMP_PATH = '/v1/entities/device/north:pump-3';

describe('entities', () => {
  it('registers an entity with version 1, proof and news', async () => {
    const world = new AdminWorld();
    const answer = await world.post('/v1/entities', PUMP);
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ etag: '"1"', location: PUMP_PATH });
    expect(answer.body).toEqual({ ...PUMP, site: 'north', version: 1 });
    expect(world.lastRecord()).toMatchObject({ event: 'entity-registered', details: { by: 'kim', version: 1 } });
    expect(world.site.commits.at(-1)?.events).toEqual([
      { type: 'entity.changed', detail: { site: 'north', kind: 'device', id: 'north:pump-3', change: 'registered' } },
    ]);
    expect(world.site.record.contentRevision).toBe(1);
  });

  it('answers the same entity under its escaped and unescaped name', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    const plain = await world.call(`GET ${PUMP_PATH}`);
    const escaped = await world.call('GET /v1/entities/device/north%3Apump-3');
    expect(plain.status).toBe(200);
    expect(escaped.body).toEqual(plain.body);
  });

  it('refuses a second registration and changes nothing', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    const answer = await world.post('/v1/entities', { ...PUMP, ward: 'er' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'ERR_ENTITY_EXISTS' } });
    expect(world.entity('device/north:pump-3')).toMatchObject({ ward: 'icu' });
  });

  it.each([
    ['an unknown member', { ...PUMP, colour: 'red' }, 'colour'],
    ['a version of its own', { ...PUMP, version: 9 }, 'version'],
    ['a malformed id', { ...PUMP, id: 'pump' }, 'id'],
  ])('refuses a body with %s and says where', async (_, body, path) => {
    const answer = await new AdminWorld().post('/v1/entities', body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'ERR_BODY_INVALID' } });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.stringify(answer.body.errors)).toContain(path);
  });

  it('refuses what is not JSON', async () => {
    const answer = await new AdminWorld().call('POST /v1/entities', { rawBody: '{"kind":' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'ERR_BODY_MALFORMED' } });
  });

  it('refuses an alias that another entity answers to, and gives it back with its holder', async () => {
    const world = new AdminWorld();
    await world.register(FHIR);
    const twin = { ...FHIR, id: 'north:fhir-2' };
    expect(await world.post('/v1/entities', twin)).toMatchObject({ status: 409, body: { code: 'ERR_ALIAS_TAKEN' } });
    const { owners: _, ...rest } = FHIR;
    const moved = await world.put(
      '/v1/entities/resource/north:fhir',
      { ...rest, alias: `${ALIAS}00` },
      { 'if-match': '"1"' },
    );
    expect(moved.status).toBe(200);
    expect((await world.post('/v1/entities', twin)).status).toBe(201);
  });

  it('refuses a hub that is not registered', async () => {
    const answer = await new AdminWorld().post('/v1/entities', { ...PUMP, behind: 'north:hub-9' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'ERR_HUB_UNKNOWN' } });
  });

  it('replaces only the version that was read, and keeps the owners', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    const { owners: _, ...body } = { ...PUMP, ward: 'er' };
    expect(await world.put(PUMP_PATH, body, {})).toMatchObject({ status: 428, body: { code: 'ERR_VERSION_REQUIRED' } });
    const changed = await world.put(PUMP_PATH, body, { 'if-match': '"1"' });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { ward: 'er', owners: OWNERS } });
    expect(await world.put(PUMP_PATH, body, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
      body: { code: 'ERR_VERSION_STALE' },
    });
  });

  it('refuses as stale when someone else was faster between reading and committing', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    world.site.beforeCommit = () => {
      const held = world.entity('device/north:pump-3');
      if (held !== undefined) world.site.entitiesByKey.set('device/north:pump-3', { ...held, version: 2 });
    };
    const { owners: _, ...body } = PUMP;
    expect((await world.put(PUMP_PATH, body, { 'if-match': '"1"' })).status).toBe(412);
  });

  it('refuses a body about something else than its path', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    const { owners: _, ...body } = { ...PUMP, id: 'north:pump-4' };
    const answer = await world.put(PUMP_PATH, body, { 'if-match': '"1"' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'ERR_NAME_MISMATCH' } });
  });

  it('deletes what never enrolled, and nothing that is in use', async () => {
    const world = new AdminWorld();
    await world.register(PUMP, FHIR);
    world.enrol({ kind: 'device', id: 'north:pump-3' } as never);
    const match = { headers: { 'if-match': '"1"' } };
    expect(await world.call(`DELETE ${PUMP_PATH}`, match)).toMatchObject({
      status: 409,
      body: { code: 'ERR_ENTITY_IN_USE' },
    });
    expect((await world.call('DELETE /v1/entities/resource/north:fhir', match)).status).toBe(204);
    expect(world.entity('resource/north:fhir')).toBeUndefined();
    expect(world.site.aliases.size).toBe(0);
  });

  it('tells gateways to forget a deleted subject that they know', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    world.enrol({ kind: 'device', id: 'north:pump-3' } as never);
    await world.post(`${PUMP_PATH}/retire`, { reason: 'sold' });
    expect((await world.call(`DELETE ${PUMP_PATH}`, { headers: { 'if-match': '"1"' } })).status).toBe(204);
    expect(world.site.updates.at(-1)?.changes).toEqual([
      { op: 'remove-subject', ref: { kind: 'device', id: 'north:pump-3' } },
    ]);
  });

  it('pages through all kinds without losing or repeating one', async () => {
    const world = new AdminWorld();
    await world.register(PUMP, { ...PUMP, id: 'north:pump-4' }, FHIR, NURSE);
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null && page < 9; page++) {
      const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await world.call(`GET /v1/entities?limit=1${query}`);
      seen.push(...answer.body.items.map(({ id }: { id: string }) => id));
      cursor = answer.body.cursor;
    }
    expect(seen).toEqual(['north:pump-3', 'north:pump-4', 'north:nurse-ada', 'north:fhir']);
    expect((await world.call('GET /v1/entities?kind=user')).body.items).toHaveLength(1);
    expect((await world.call('GET /v1/entities?colour=red')).body.code).toBe('ERR_QUERY_INVALID');
    expect((await world.call('GET /v1/entities?cursor=nonsense')).body.code).toBe('ERR_CURSOR');
  });
});

describe('claims', () => {
  it('are shown once, kept as a digest, and last an hour', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    const answer = await world.post(`${PUMP_PATH}/claims`, {});
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(Buffer.from(answer.body.claim, 'base64url')).toHaveLength(32);
    expect(answer.body.expiresAt).toBe('2026-11-23T13:00:00.000Z');
    const [held] = [...world.site.claims.values()];
    expect(held).toMatchObject({ subject: { kind: 'device', id: 'north:pump-3' }, issuedBy: 'kim', use: null });
    expect(JSON.stringify([held, world.site.auditTrail, world.site.commits])).not.toContain(answer.body.claim);
  });

  it('are not issued for people, for the unknown, or for longer than a day', async () => {
    const world = new AdminWorld();
    await world.register(PUMP, NURSE);
    expect((await world.post('/v1/entities/user/north:nurse-ada/claims', {})).body.code).toBe('ERR_CLAIM_FOR_USER');
    expect((await world.post('/v1/entities/device/north:pump-9/claims', {})).body.code).toBe('ERR_ENTITY_UNKNOWN');
    expect((await world.post(`${PUMP_PATH}/claims`, { ttlSeconds: 86_401 })).status).toBe(422);
  });
});

describe('owners', () => {
  it('withdraws the entity at every gateway at once when it loses an owner', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    world.enrol({ kind: 'device', id: 'north:pump-3' } as never);
    const answer = await world.put(`${PUMP_PATH}/owners`, { owners: null }, { 'if-match': '"1"' });
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { owners: null } });
    expect(world.site.updates.at(-1)?.changes).toContainEqual({
      op: 'withdraw',
      kind: 'owner',
      id: 'north:pump-3',
      untilBundleVersion: 1,
    });
    expect(world.site.subjects.get('device/north:pump-3')?.trust?.unmetCriteria).toContain('owned');
    expect(world.story()).toContain('owners-changed');
  });

  it('renews the withdrawal when a bundle came into force in between', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    world.site.beforeCommit = () => {
      world.site.record = { ...world.site.record, bundleVersion: 1 };
    };
    await world.put(`${PUMP_PATH}/owners`, { owners: null }, { 'if-match': '"1"' });
    expect(world.site.withdrawals.map(({ untilBundleVersion }) => untilBundleVersion)).toEqual([1, 2]);
  });
});
