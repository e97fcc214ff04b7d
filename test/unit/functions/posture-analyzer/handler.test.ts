import { describe, expect, it } from 'vitest';
import { refKey } from '../../../../core/contracts/identifiers.ts';
import { MAX_POSTURE_REPORT_BYTES } from '../../../../core/contracts/posture-report.ts';
import { NOW_MS, pumpReport, TROJAN_HASH } from '../../../fixtures/posture-samples.ts';
import { analyzerWorld, GATEWAY, OTHER, PRINTS, PUMP, reportOf } from './analyzer-world.ts';

const INFECTED = { files: [{ path: '/opt/pump/controller', sha256: TROJAN_HASH, sizeBytes: 10 }] };

describe('the posture analyzer', () => {
  it('assesses, judges trust, admits and tells the gateways in one invocation', async () => {
    const world = analyzerWorld();
    expect(await world.send(reportOf())).toEqual({ batchItemFailures: [] });
    expect(world.subject()).toMatchObject({ state: 'admitted', assessment: { grade: 'A' }, trust: { level: 3 } });
    expect(world.site.updates).toHaveLength(1);
    expect(world.site.auditTrail.map(({ event }) => event)).toEqual([
      'posture-assessed',
      'trust-changed',
      'state-changed',
      'state-changed',
    ]);
    expect(world.recorded.counted).toEqual(['PostureAssessed']);
  });

  it('takes trust away with the next report that shows a malicious file', async () => {
    const world = analyzerWorld();
    await world.send(reportOf());
    await world.send(reportOf({ values: INFECTED, options: { seq: 2 } }));
    expect(world.subject()).toMatchObject({ state: 'quarantined', assessment: { grade: 'F', compromised: true } });
    expect(world.site.updates.at(-1)?.changes[0]).toMatchObject({
      op: 'put-subject',
      subject: { state: 'quarantined', trust: { unmetCriteria: ['state-admits', 'no-compromise'] } },
    });
  });

  it('judges reports of one device in the order in which they lie in the batch', async () => {
    const world = analyzerWorld();
    await world.send(reportOf(), reportOf({ values: INFECTED, options: { seq: 2 } }));
    expect(world.subject()).toMatchObject({ state: 'quarantined', version: 3 });
    expect(world.recorded.counted).toEqual(['PostureAssessed', 'PostureAssessed']);
  });

  it('tells of several devices of one site in one update', async () => {
    const world = analyzerWorld();
    await world.send(reportOf(), reportOf({ ref: OTHER }));
    expect(world.site.updates).toHaveLength(1);
    expect(world.site.updates[0]?.changes).toHaveLength(2);
  });

  it('assesses the posture that a gateway reports of itself', async () => {
    const world = analyzerWorld();
    await world.send(reportOf({ ref: GATEWAY }));
    expect(world.subject(GATEWAY)?.state).toBe('admitted');
  });

  it('judges again when the subject changed meanwhile, and loses neither change', async () => {
    const world = analyzerWorld();
    world.site.beforeCommit = () => {
      const held = world.subject();
      if (held !== undefined) {
        world.site.subjects.set(refKey(PUMP), { ...held, version: held.version + 1, exploitedVulnerabilities: 1 });
      }
    };
    expect(await world.send(reportOf())).toEqual({ batchItemFailures: [] });
    expect(world.subject()).toMatchObject({ version: 3, exploitedVulnerabilities: 1, trust: { level: 2 } });
  });

  it('asks for the message again when the tables cannot be read', async () => {
    const world = analyzerWorld();
    world.site.load = () => Promise.reject(new Error('no connection'));
    expect(await world.send(reportOf())).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });

  it('drops what no rule has sent', async () => {
    const world = analyzerWorld();
    expect(await world.send('{}', 'not json')).toEqual({ batchItemFailures: [] });
    expect(world.recorded.lines.map(({ code }) => code)).toEqual(['message-unreadable', 'message-unreadable']);
  });
});

describe('a report that is refused', () => {
  const foreign = PRINTS[OTHER.id] ?? '';
  it.each([
    ['posture-not-json', { payload: Buffer.from('{"schema":') }],
    ['posture-oversize', { payload: Buffer.alloc(MAX_POSTURE_REPORT_BYTES + 1, 0x20) }],
    ['posture-malformed', { payload: { ...pumpReport(), extra: true } }],
    ['posture-from-future', { options: { reportedAtMs: NOW_MS + 3_600_000 } }],
    ['posture-foreign-thing', { thumbprint: foreign, clientId: OTHER.id }],
    ['sender-foreign-client', { thumbprint: foreign }],
    ['sender-unknown', { thumbprint: 'd'.repeat(64) }],
  ] as const)('is counted, logged as %s and changes nothing', async (code, given) => {
    const world = analyzerWorld();
    const before = structuredClone([...world.site.subjects]);
    expect(await world.send(reportOf(given))).toEqual({ batchItemFailures: [] });
    expect(world.refusals()).toEqual([code]);
    expect(world.recorded.counted).toEqual(['PostureRefused']);
    expect([...world.site.subjects]).toEqual(before);
    expect(world.site.commits).toHaveLength(0);
  });

  it.each([
    ['posture-replayed', 5],
    ['posture-out-of-order', 4],
  ] as const)('is called %s and leaves what was accepted', async (code, seq) => {
    const world = analyzerWorld();
    await world.send(reportOf({ options: { seq: 5 } }));
    await world.send(reportOf({ options: { seq }, values: INFECTED }));
    expect(world.refusals()).toEqual([code]);
    expect(world.subject()?.assessment?.grade).toBe('A');
  });

  it('is refused when its certificate was revoked, though the broker still knew it', async () => {
    const world = analyzerWorld();
    const print = PRINTS[PUMP.id] ?? '';
    const held = world.site.certificates.get(print);
    if (held !== undefined) world.site.certificates.set(print, { ...held, status: 'revoked' });
    await world.send(reportOf());
    expect(world.refusals()).toEqual(['sender-revoked']);
  });

  it('quotes nothing of itself in the log', async () => {
    const world = analyzerWorld();
    await world.send(reportOf({ payload: { ...pumpReport(), patient: 'Jane Doe' } }));
    expect(world.recorded.text()).not.toContain('Jane Doe');
  });
});

describe('what a gateway says of its health', () => {
  const health = {
    schema: 'vitalgate.gateway-health/1',
    site: 'north',
    gateway: GATEWAY.id,
    bootId: '3f0c9f2e-7a52-4b7e-9d1c-5a1f0d8b6a01',
    seq: 1,
    at: '2026-11-23T12:00:00.000Z',
    epoch: 1,
    stateSeq: 7,
    bundleVersion: 1,
    headAgeSeconds: 4,
    freshness: 'fresh',
    sessions: 2,
    tunnels: 1,
    workers: 1,
  };

  it('is counted and changes nothing', async () => {
    const world = analyzerWorld();
    await world.send(reportOf({ ref: GATEWAY, payload: health }));
    expect(world.recorded.counted).toEqual(['GatewayHeadAge']);
    expect(world.site.commits).toHaveLength(0);
  });

  it('is refused when it speaks for another gateway', async () => {
    const world = analyzerWorld();
    await world.send(reportOf({ ref: GATEWAY, payload: { ...health, gateway: 'north:gw-2' } }));
    expect(world.refusals()).toEqual(['sender-foreign-topic']);
  });
});
