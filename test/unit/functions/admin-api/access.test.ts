import { describe, expect, it } from 'vitest';
import { CHANGE_OPERATIONS, mayDo, READ_OPERATIONS, ROLES } from '../../../../functions/admin-api/roles.ts';
import { AdminWorld, FHIR, PUMP } from './admin-world.ts';

const PROTECTION = {
  id: 'north:icu-3-therapy',
  device: 'north:pump-3',
  resource: 'north:fhir',
  verbs: ['fhir:create'],
  expiresAt: '2026-12-01T00:00:00Z',
};
const CLINICAL = ['clinical-owner'];

describe('who may do what', () => {
  it.each(ROLES)('%s may read everything', (role) => {
    expect(READ_OPERATIONS.filter((operation) => !mayDo([role], operation))).toEqual([]);
  });

  it('leaves every change to somebody, and none to an auditor or a stranger', () => {
    for (const operation of CHANGE_OPERATIONS) {
      expect(mayDo(ROLES, operation)).toBe(true);
      expect(mayDo(['auditor', 'nurse', 'constructor'], operation)).toBe(false);
    }
  });

  it('leaves protections to the clinical owner alone', () => {
    expect(ROLES.filter((role) => mayDo([role], 'protections.write'))).toEqual(['clinical-owner']);
  });

  it('leaves to the biomedical engineer devices alone', async () => {
    const world = new AdminWorld();
    const roles = ['biomedical-engineer'];
    expect((await world.post('/v1/entities', PUMP, roles)).status).toBe(201);
    expect((await world.post('/v1/entities', FHIR, roles)).body.code).toBe('ERR_ROLE_INSUFFICIENT');
    await world.register(FHIR);
    expect((await world.post('/v1/entities/device/north:pump-3/claims', {}, roles)).status).toBe(201);
    expect((await world.post('/v1/entities/resource/north:fhir/claims', {}, roles)).status).toBe(403);
    expect((await world.call('GET /v1/entities/resource/north:fhir', { roles })).status).toBe(200);
  });

  it('refuses before it reads what was sent', async () => {
    const answer = await new AdminWorld().call('POST /v1/entities', { rawBody: '{', roles: ['auditor'] });
    expect(answer).toMatchObject({ status: 403, body: { code: 'ERR_ROLE_INSUFFICIENT' } });
  });

  it('refuses a caller whom no token names, and one without a site', async () => {
    const world = new AdminWorld();
    expect((await world.call('GET /v1/entities', { anonymous: true })).body.code).toBe('ERR_UNAUTHENTICATED');
    expect((await world.call('GET /v1/entities', { site: '' })).body.code).toBe('ERR_UNAUTHENTICATED');
    expect((await world.call('GET /v1/entities', { site: 'south' })).body.code).toBe('ERR_SITE_FOREIGN');
  });

  it('takes roles as the authorizer of either endpoint hands them on', async () => {
    const world = new AdminWorld();
    for (const roles of ['[auditor security-engineer]', '["auditor","security-engineer"]', ['security-engineer']]) {
      expect((await world.call('GET /v1/policies', { roles })).status).toBe(200);
    }
    expect((await world.call('GET /v1/policies', { roles: '[]' })).status).toBe(403);
  });

  it.each([
    ['GET', '/v1/entities/device/south:pump-3'],
    ['GET', '/v1/entities/device/south:pump-3/state'],
    ['GET', '/v1/audit?subject=device/south:pump-3'],
  ])('refuses %s %s of another site', async (method, path) => {
    expect(await new AdminWorld().call(`${method} ${path}`)).toMatchObject({
      status: 403,
      body: { code: 'ERR_SITE_FOREIGN' },
    });
  });

  it('refuses to register for another site', async () => {
    const answer = await new AdminWorld().post('/v1/entities', { ...PUMP, id: 'south:pump-3' });
    expect(answer.body.code).toBe('ERR_SITE_FOREIGN');
  });
});

describe('protections', () => {
  it("are the clinical owner's word, with name and time", async () => {
    const world = new AdminWorld();
    await world.register(PUMP, FHIR);
    expect((await world.post('/v1/protections', PROTECTION)).body.code).toBe('ERR_ROLE_INSUFFICIENT');
    const answer = await world.post('/v1/protections', PROTECTION, CLINICAL);
    expect(answer).toMatchObject({
      status: 201,
      body: { ...PROTECTION, approvedBy: 'kim', approvedAt: '2026-11-23T12:00:00.000Z' },
    });
    expect(world.lastRecord()).toMatchObject({
      event: 'protection-changed',
      subject: { id: 'north:pump-3' },
      resource: { id: 'north:fhir' },
    });
    expect((await world.call('GET /v1/protections')).body.items).toHaveLength(1);
    expect((await world.post('/v1/protections', PROTECTION, CLINICAL)).body.code).toBe('ERR_PROTECTION_EXISTS');
  });

  it('have an end within ninety days, and both sides registered', async () => {
    const world = new AdminWorld();
    await world.register(PUMP, FHIR);
    const until = (expiresAt: string) => world.post('/v1/protections', { ...PROTECTION, expiresAt }, CLINICAL);
    expect((await until('2026-11-23T11:00:00Z')).body.code).toBe('ERR_PROTECTION_PERIOD');
    expect((await until('2027-11-23T11:00:00Z')).body.code).toBe('ERR_PROTECTION_PERIOD');
    const unknown = await world.post('/v1/protections', { ...PROTECTION, device: 'north:pump-9' }, CLINICAL);
    expect(unknown).toMatchObject({ status: 422, body: { code: 'ERR_ENTITY_UNKNOWN' } });
  });

  it('are withdrawn at every gateway at once, and hold their entities until then', async () => {
    const world = new AdminWorld();
    await world.register(PUMP, FHIR);
    await world.post('/v1/protections', PROTECTION, CLINICAL);
    const held = await world.call('DELETE /v1/entities/device/north:pump-3', { headers: { 'if-match': '"1"' } });
    expect(held.body.code).toBe('ERR_ENTITY_IN_USE');
    const gone = await world.call('DELETE /v1/protections/north:icu-3-therapy', { roles: CLINICAL });
    expect(gone.status).toBe(204);
    expect(world.site.updates.at(-1)?.changes).toEqual([
      { op: 'withdraw', kind: 'protection', id: PROTECTION.id, untilBundleVersion: 1 },
    ]);
  });
});
