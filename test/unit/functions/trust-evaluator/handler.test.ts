import { describe, expect, it } from 'vitest';
import { entityRef, refKey, siteId, timestamp } from '../../../../core/contracts/identifiers.ts';
import type { TrustEvidence } from '../../../../core/contracts/trust.ts';
import { newSubjectRecord, type SubjectRecord } from '../../../../core/ledger/subject-record.ts';
import { createHandler } from '../../../../functions/trust-evaluator/handler.ts';
import { type MessageFrom, ruleEnvelope, sqsEvent } from '../../../fakes/device-messages.ts';
import { FakeSite } from '../../../fakes/fake-site.ts';
import { fixedSurroundings } from '../../../fakes/fixed-surroundings.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';
import { DAY_MS, TEST_NOW_MS } from '../../../fixtures/pki.ts';
import { testDevice, testEntities, testTrust } from '../../../fixtures/site.ts';

const PUMP = entityRef('device', 'north:pump-3');
const GATEWAY = entityRef('gateway', 'north:gw-1');
const PRINT = 'c'.repeat(64);
const NOT_AFTER = timestamp(TEST_NOW_MS + 30 * DAY_MS);

const evidence = (changes: Partial<TrustEvidence> = {}): TrustEvidence => ({
  schema: 'vitalgate.trust-evidence/1',
  subject: PUMP,
  source: 'posture-agent',
  factor: 'posture',
  bootId: '3f0c9f2e-7a52-4b7e-9d1c-5a1f0d8b6a01',
  seq: 3,
  observedAt: timestamp(TEST_NOW_MS),
  positiveMilli: 18_000,
  negativeMilli: 0,
  findings: [],
  ...changes,
});
const MALWARE = {
  code: 'malware-file',
  severity: 'critical' as const,
  detail: '/tmp/x',
  since: timestamp(TEST_NOW_MS),
};

function evaluatorWorld(changes: Partial<SubjectRecord> = {}) {
  const site = new FakeSite(siteId('north'), TEST_NOW_MS);
  const surroundings = fixedSurroundings(TEST_NOW_MS);
  const recorded = recordedLog();
  for (const entity of [testDevice('pump-3'), testEntities().gateway]) site.entitiesByKey.set(refKey(entity), entity);
  const active = { serial: '01', notAfter: NOT_AFTER, status: 'active' as const };
  site.subjects.set(refKey(PUMP), {
    ...newSubjectRecord(PUMP),
    version: 1,
    state: 'admitted',
    certificates: [{ ...active, thumbprint: 'a'.repeat(64) }],
    evidence: [evidence({ seq: 1, observedAt: timestamp(TEST_NOW_MS - 60_000) })],
    trust: testTrust(PUMP, 3),
    ...changes,
  });
  site.certificates.set(PRINT, { ...active, thumbprint: PRINT, ref: GATEWAY, pem: '-----BEGIN CERTIFICATE-----' });
  const { log, metrics } = recorded;
  const sites = [siteId('north')];
  const handler = createHandler({ sites, ledger: site, reader: site, reference: site, surroundings, log, metrics });
  const send = (payload: unknown, from: Partial<MessageFrom> = {}) =>
    handler(sqsEvent(ruleEnvelope({ ref: GATEWAY, thumbprint: PRINT, channel: 'evidence', payload, ...from })));
  return { site, surroundings, recorded, handler, send, subject: () => site.subjects.get(refKey(PUMP)) };
}

describe('evidence of a gateway', () => {
  it('is merged, judged and answered, and takes trust away at once', async () => {
    const world = evaluatorWorld();
    await world.send(evidence({ positiveMilli: 0, negativeMilli: 100_000, findings: [MALWARE] }));
    expect(world.subject()).toMatchObject({ state: 'quarantined' });
    expect(world.subject()?.trust?.unmetCriteria).toContain('no-compromise');
    expect(world.site.updates.at(-1)?.cause).toBe('evidence-merged');
  });

  it('is answered even when decisions stay the same, so that the gateway knows it is known', async () => {
    const world = evaluatorWorld({ trust: null });
    await world.send(evidence());
    const told = world.site.updates.at(-1)?.changes[0];
    expect(told).toMatchObject({ subject: { evidence: [{ seq: 3 }] } });
  });

  it('changes nothing when it comes again', async () => {
    const world = evaluatorWorld();
    await world.send(evidence());
    const commits = world.site.commits.length;
    await world.send(evidence());
    expect(world.site.commits).toHaveLength(commits);
  });

  it.each([
    ['evidence-malformed', { nothing: true }, {}],
    ['evidence-foreign-source', evidence({ source: 'person' }), {}],
    ['evidence-from-future', evidence({ observedAt: timestamp(TEST_NOW_MS + DAY_MS) }), {}],
    ['evidence-foreign-site', evidence({ subject: entityRef('device', 'south:pump-3') }), {}],
    ['evidence-unknown-subject', evidence({ subject: entityRef('device', 'north:nobody') }), {}],
    ['sender-unknown', evidence(), { thumbprint: 'e'.repeat(64) }],
    ['sender-foreign-topic', evidence(), { ref: entityRef('gateway', 'north:gw-2'), clientId: GATEWAY.id }],
  ] as const)('is refused as %s, counted, and not asked for again', async (code, payload, from) => {
    const world = evaluatorWorld();
    expect(await world.send(payload, from)).toEqual({ batchItemFailures: [] });
    expect(world.recorded.lines.at(-1)).toMatchObject({ code: 'evidence-refused', reason: code });
    expect(world.recorded.counted).toEqual(['EvidenceRefused']);
    expect(world.site.commits).toHaveLength(0);
  });

  it('is asked for again when it could not be committed', async () => {
    const world = evaluatorWorld();
    world.site.commit = () => Promise.reject(new Error('throttled'));
    expect(await world.send(evidence())).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });
});

describe('the evaluation each minute', () => {
  it('judges those again whose time has come, and no others', async () => {
    const world = evaluatorWorld({ dueAt: timestamp(TEST_NOW_MS - 1) });
    await world.handler({ job: 'due' });
    expect(world.subject()?.version).toBe(2);
    expect(Date.parse(world.subject()?.dueAt ?? '')).toBeGreaterThan(TEST_NOW_MS);
    await world.handler({ job: 'due' });
    expect(world.subject()?.version).toBe(2);
  });

  it('takes the level from a device whose owner has lapsed', async () => {
    const world = evaluatorWorld({ dueAt: timestamp(TEST_NOW_MS - 1) });
    world.site.entitiesByKey.set(refKey(PUMP), testDevice('pump-3', { owners: null }));
    await world.handler({ job: 'due' });
    expect(world.subject()).toMatchObject({ state: 'restricted', trust: { level: 1, unmetCriteria: ['owned'] } });
    expect(world.site.updates).toHaveLength(1);
  });

  it('judges one by one when the ground of one has moved', async () => {
    const world = evaluatorWorld({ dueAt: timestamp(TEST_NOW_MS - 1) });
    world.site.beforeCommit = () => {
      const held = world.subject();
      if (held !== undefined) world.site.subjects.set(refKey(PUMP), { ...held, version: 7 });
    };
    await world.handler({ job: 'due' });
    expect(world.subject()?.version).toBe(8);
  });

  it('stays due when it cannot be committed, and the next minute tries again', async () => {
    const world = evaluatorWorld({ dueAt: timestamp(TEST_NOW_MS - 1) });
    world.site.commit = () => Promise.reject(new Error('throttled'));
    await expect(world.handler({ job: 'due' })).resolves.toBeUndefined();
    expect(world.recorded.lines.at(-1)?.code).toBe('request-failed');
  });
});
