import { describe, expect, it } from 'vitest';
import { entityRef, siteId, timestamp } from '../../../../core/contracts/identifiers.ts';
import { SessionRecordSchema } from '../../../../functions/adapters/ports/session-store.ts';
import { AdminWorld, FHIR, NOW_MS, PUMP } from './admin-world.ts';

const SESSION_ID = '6a0b0f3e-0d0a-4a52-8f5e-3a3f6a1f0c11';
const session = SessionRecordSchema.parse({
  sessionId: SESSION_ID,
  site: siteId('north'),
  gateway: 'north:gw-1',
  bootId: '3f0c9f2e-7a52-4b7e-9d1c-5a1f0d8b6a01',
  seq: 4,
  status: 'open',
  subject: entityRef('device', 'north:pump-3'),
  device: null,
  object: entityRef('resource', 'north:fhir'),
  verb: 'tcp:connect',
  direction: 'outbound',
  protocol: 'http',
  thumbprint: 'ab'.repeat(32),
  openedAt: timestamp(NOW_MS),
  deadlineAt: null,
  at: timestamp(NOW_MS),
  endedAt: null,
  reasons: [],
});

describe('sessions', () => {
  it('are listed, and ended by an order to every gateway', async () => {
    const world = new AdminWorld();
    world.sessions.push({ session, alarm: null });
    expect((await world.call('GET /v1/sessions')).body).toEqual({ items: [{ session, alarm: null }], cursor: null });
    const answer = await world.post(`/v1/sessions/${SESSION_ID}/end`, { reason: 'patient moved' });
    expect(answer).toMatchObject({ status: 202, body: { code: 'end-ordered', sessionId: SESSION_ID } });
    expect(world.site.updates.at(-1)?.changes).toEqual([{ op: 'end-session', sessionId: SESSION_ID }]);
    expect(world.lastRecord()).toMatchObject({
      sessionId: SESSION_ID,
      details: { by: 'kim', reason: 'patient moved' },
    });
  });

  it('that nobody told of, or that have ended, are not ended', async () => {
    const world = new AdminWorld();
    world.sessions.push({ session: { ...session, status: 'cut' }, alarm: null });
    const other = SESSION_ID.replace('6a', '7a');
    expect((await world.post(`/v1/sessions/${other}/end`, { reason: 'x' })).body.code).toBe('ERR_SESSION_UNKNOWN');
    expect((await world.post(`/v1/sessions/${SESSION_ID}/end`, { reason: 'x' })).body.code).toBe('ERR_SESSION_ENDED');
    expect(world.site.updates).toEqual([]);
  });
});

describe('the audit trail', () => {
  it('is told in order, about one entity, from a time on', async () => {
    const world = new AdminWorld();
    await world.register(PUMP, FHIR);
    world.site.nowMs += 1000;
    await world.post('/v1/entities/device/north:pump-3/claims', {});
    const all = await world.call('GET /v1/audit?subject=device/north:pump-3');
    expect(all.body.items.map(({ event }: { event: string }) => event)).toEqual(['entity-registered', 'claim-issued']);
    const late = await world.call('GET /v1/audit?from=2026-11-23T12:00:01Z');
    expect(late.body.items).toHaveLength(1);
    expect((await world.call('GET /v1/audit?subject=pump-3')).body.code).toBe('ERR_QUERY_INVALID');
    const first = await world.call('GET /v1/audit?limit=2');
    const rest = await world.call(`GET /v1/audit?limit=2&cursor=${first.body.cursor}`);
    expect([...first.body.items, ...rest.body.items].map(({ seq }: { seq: number }) => seq)).toEqual([1, 2, 3]);
  });
});

describe('what anyone may know', () => {
  it('are the public members of the keys', async () => {
    const answer = await new AdminWorld().call('GET /v1/keys', { anonymous: true });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      schema: 'vitalgate.root/1',
      keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'state', alg: 'ES256', use: 'sig' }],
    });
  });

  it('is the document of every route that is mounted', async () => {
    const answer = await new AdminWorld().call('GET /openapi.json', { anonymous: true });
    expect(answer.body.openapi).toBe('3.1.0');
    expect(answer.body.servers).toEqual([{ url: 'https://api.example' }]);
    expect(Object.keys(answer.body.paths).toSorted((a, b) => a.localeCompare(b))).toMatchInlineSnapshot(`
      [
        "/v1/audit",
        "/v1/entities",
        "/v1/entities/{kind}/{id}",
        "/v1/entities/{kind}/{id}/assessment",
        "/v1/entities/{kind}/{id}/certificates/{thumbprint}/revoke",
        "/v1/entities/{kind}/{id}/claims",
        "/v1/entities/{kind}/{id}/findings/{code}/clear",
        "/v1/entities/{kind}/{id}/owners",
        "/v1/entities/{kind}/{id}/quarantine",
        "/v1/entities/{kind}/{id}/release",
        "/v1/entities/{kind}/{id}/retire",
        "/v1/entities/{kind}/{id}/state",
        "/v1/indicators",
        "/v1/indicators/{sha256}",
        "/v1/keys",
        "/v1/narrowed-verbs",
        "/v1/narrowed-verbs/{category}",
        "/v1/policies",
        "/v1/policies/{id}",
        "/v1/protections",
        "/v1/protections/{id}",
        "/v1/reference-values",
        "/v1/sessions",
        "/v1/sessions/{id}/end",
      ]
    `);
    const operations = Object.values(answer.body.paths).flatMap((path) => Object.values(path as object));
    const ids = operations.map(({ operationId }: { operationId: string }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('does not go further: other paths have no route', async () => {
    expect((await new AdminWorld().call('GET /v1/nothing')).body.code).toBe('ERR_ROUTE_UNKNOWN');
  });
});

describe('faults', () => {
  it('are answered without their cause, and logged', async () => {
    const world = new AdminWorld();
    world.site.entity = () => Promise.reject(new Error('secret table name'));
    const answer = await world.call('GET /v1/entities/device/north:pump-3');
    expect(answer).toMatchObject({ status: 500, body: { code: 'ERR_INTERNAL' } });
    expect(JSON.stringify([answer, world.logged])).not.toContain('secret');
    expect(world.logged).toHaveLength(1);
  });
});
