import { describe, expect, it } from 'vitest';
import { type EntityRef, entityRef, timestamp } from '../../../../core/contracts/identifiers.ts';
import { assessPosture } from '../../../../core/posture/assess-posture.ts';
import { AdminWorld, FHIR, GATEWAY, NOW_MS, NURSE, PUMP } from './admin-world.ts';

const pump = entityRef('device', 'north:pump-3');
const fhir = entityRef('resource', 'north:fhir');
const pathOf = ({ kind, id }: EntityRef) => `/v1/entities/${kind}/${id}`;

const SYSTEM_FACTORS = [
  {
    factor: 'certificate',
    value: { serial: '1A2B', notBefore: '2026-11-23T00:00:00Z', notAfter: '2027-11-23T00:00:00Z' },
  },
  { factor: 'transmission', value: { tlsVersion: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', plaintextPorts: [] } },
];
const GATEWAY_FACTORS = [
  { factor: 'operating-system', value: { name: 'Debian GNU/Linux', version: '13', kernel: '6.12.0' } },
  { factor: 'processes', value: [{ name: 'vitalgate-gateway', count: 1 }] },
  { factor: 'files', value: [] },
  { factor: 'listening-ports', value: [{ protocol: 'tcp', address: '0.0.0.0', port: 8443 }] },
];

/** A pump whose agent reported a process of malware. */
function infected(world: AdminWorld, state: 'admitted' | 'restricted' | 'quarantined' = 'quarantined') {
  const report = {
    schema: 'vitalgate.posture-report/1',
    bootId: '3f0c9f2e-7a52-4b7e-9d1c-5a1f0d8b6a01',
    seq: 1,
    reportedAt: timestamp(NOW_MS),
    factors: [
      {
        factor: 'files',
        observedAt: timestamp(NOW_MS),
        source: 'agent',
        provenance: 'self-reported',
        value: [{ path: '/tmp/x', sha256: 'ab'.repeat(32), sizeBytes: 1 }],
      },
    ],
  } as const;
  const assessment = assessPosture({
    report: { ...report, factors: [...report.factors].map((one) => ({ ...one, value: [...one.value] })) },
    subject: { ref: pump, category: 'infusion-pump', model: null, firmware: null },
    references: [],
    indicators: [{ sha256: 'ab'.repeat(32), name: 'Quiet Nurse', family: 'trojan' }],
    previous: null,
    nowMs: NOW_MS,
    evidenceSource: 'posture-agent',
  });
  const code = assessment.findings[0]?.code ?? '';
  world.enrol(pump, { state, assessment, evidence: [assessment.evidence] });
  return code;
}

describe('state', () => {
  it('of what nobody has seen yet is registered and without trust', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    const answer = await world.call(`GET ${pathOf(pump)}/state`);
    expect(answer.body).toMatchObject({ code: 'registered', state: { trust: null }, assessment: null, version: 0 });
  });

  it('of what is not registered does not exist', async () => {
    const answer = await new AdminWorld().call(`GET ${pathOf(pump)}/state`);
    expect(answer).toMatchObject({ status: 404, body: { code: 'ERR_ENTITY_UNKNOWN' } });
  });
});

describe('an assessment in person', () => {
  it.each([
    ['resource', FHIR, SYSTEM_FACTORS],
    ['gateway', GATEWAY, GATEWAY_FACTORS],
    [
      'application',
      { kind: 'application', id: 'north:emr', groups: [], owners: FHIR.owners, purpose: 'records', zone: 'clinical' },
      SYSTEM_FACTORS,
    ],
  ])('admits an enrolled %s on level 3', async (_, body, factors) => {
    const world = new AdminWorld();
    await world.register(body);
    const ref = entityRef(body.kind as 'resource', body.id);
    world.enrol(ref);
    const answer = await world.post(`${pathOf(ref)}/assessment`, { reason: 'commissioning', factors });
    expect(answer.body).toMatchObject({
      code: 'admitted',
      state: { trust: { level: 3, unmetCriteria: [] } },
      assessment: { grade: 'A', source: 'person' },
    });
    expect(world.story().slice(1)).toEqual([
      'assessed-in-person',
      'posture-assessed',
      'trust-changed',
      'state-changed',
      'state-changed',
    ]);
  });

  it('waits for enrolment when it comes first', async () => {
    const world = new AdminWorld();
    await world.register(FHIR);
    const answer = await world.post(`${pathOf(fhir)}/assessment`, { reason: 'early', factors: SYSTEM_FACTORS });
    expect(answer.body).toMatchObject({ code: 'registered', state: { trust: { level: 0 } } });
  });

  it('that finds a weak transmission does not admit', async () => {
    const world = new AdminWorld();
    await world.register(FHIR);
    world.enrol(fhir);
    const weak = { factor: 'transmission', value: { tlsVersion: 'TLSv1.0', cipher: 'RC4-MD5', plaintextPorts: [80] } };
    const answer = await world.post(`${pathOf(fhir)}/assessment`, {
      reason: 'audit',
      factors: [SYSTEM_FACTORS[0], weak],
    });
    expect(answer.body.code).toBe('restricted');
    expect(answer.body.assessment.findings.map(({ code }: { code: string }) => code)).toContain('tls-outdated');
  });

  it('replaces what a person said before', async () => {
    const world = new AdminWorld();
    await world.register(FHIR);
    world.enrol(fhir);
    await world.post(`${pathOf(fhir)}/assessment`, { reason: 'first', factors: SYSTEM_FACTORS });
    world.site.nowMs += 60_000;
    const answer = await world.post(`${pathOf(fhir)}/assessment`, { reason: 'second', factors: SYSTEM_FACTORS });
    expect(answer.body.state.evidence).toHaveLength(1);
  });

  it('is not taken of devices, nor with time or source of its own', async () => {
    const world = new AdminWorld();
    await world.register(PUMP, FHIR);
    const body = { reason: 'looked', factors: SYSTEM_FACTORS };
    expect((await world.post(`${pathOf(pump)}/assessment`, body)).body.code).toBe('ERR_ASSESSMENT_BY_REPORT');
    const dated = { ...SYSTEM_FACTORS[0], observedAt: timestamp(NOW_MS) };
    expect((await world.post(`${pathOf(fhir)}/assessment`, { reason: 'x', factors: [dated] })).status).toBe(422);
    expect((await world.post(`${pathOf(fhir)}/assessment`, { reason: 'x' })).status).toBe(422);
    expect((await world.post(`${pathOf(fhir)}/assessment`, { reason: ' ', factors: SYSTEM_FACTORS })).status).toBe(422);
  });

  it('of a person enrols and admits them', async () => {
    const world = new AdminWorld();
    await world.register(NURSE);
    const answer = await world.post('/v1/entities/user/north:nurse-ada/assessment', { reason: 'badge checked' });
    expect(answer.body).toMatchObject({ code: 'admitted', state: { trust: { level: 3 } } });
  });
});

describe('clearing a finding', () => {
  it('takes it out of assessment and evidence, with the reason in the trail', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    const code = infected(world);
    const answer = await world.post(`${pathOf(pump)}/findings/${code}/clear`, { reason: 'false positive, ticket 88' });
    expect(answer.status).toBe(200);
    expect(answer.body.assessment.findings).not.toContainEqual(expect.objectContaining({ code }));
    expect(answer.body.state.evidence[0].findings).not.toContainEqual(expect.objectContaining({ code }));
    expect(answer.body.code).toBe('quarantined');
    expect(world.site.auditTrail.find(({ event }) => event === 'finding-cleared')).toMatchObject({
      reasons: [code],
      details: { by: 'kim', reason: 'false positive, ticket 88' },
    });
  });

  it('needs a reason, and a finding that is held', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    const code = infected(world);
    expect((await world.post(`${pathOf(pump)}/findings/${code}/clear`, {})).status).toBe(422);
    const unknown = await world.post(`${pathOf(pump)}/findings/clock-wrong/clear`, { reason: 'x' });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'ERR_FINDING_UNKNOWN' } });
  });
});

describe('quarantine', () => {
  it('is told to gateways and broker, and left by a person only', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    world.enrol(pump, { state: 'admitted' });
    const held = await world.post(`${pathOf(pump)}/quarantine`, { reason: 'odd traffic' }, ['biomedical-engineer']);
    expect(held.body.code).toBe('quarantined');
    expect(world.site.commits.at(-1)?.effects).toEqual([{ effect: 'contain-thing', thing: 'north:pump-3' }]);
    expect(world.site.commits.at(-1)?.events.map(({ type }) => type)).toContain('device.quarantined');
    const again = await world.post(`${pathOf(pump)}/quarantine`, { reason: 'again' });
    expect(again).toMatchObject({ status: 409, body: { code: 'ERR_TRANSITION_ILLEGAL' } });
    const released = await world.post(`${pathOf(pump)}/release`, { reason: 'checked' });
    expect(released.body.code).toBe('restricted');
    expect(world.story()).toEqual(expect.arrayContaining(['quarantine-ordered', 'release-ordered']));
  });

  it('of what was never assessed is refused: nothing skips assessment', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    world.enrol(pump);
    const answer = await world.post(`${pathOf(pump)}/quarantine`, { reason: 'x' });
    expect(answer.body.code).toBe('ERR_TRANSITION_ILLEGAL');
  });

  it('is not left while a critical finding is held', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    const code = infected(world);
    const refused = await world.post(`${pathOf(pump)}/release`, { reason: 'need it' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'ERR_COMPROMISE_HELD' } });
    await world.post(`${pathOf(pump)}/findings/${code}/clear`, { reason: 'reimaged' });
    expect((await world.post(`${pathOf(pump)}/release`, { reason: 'reimaged' })).body.code).toBe('restricted');
  });

  it("rests on a person's word that it is compromised, and ends with it", async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    world.enrol(pump, { state: 'admitted' });
    await world.post(`${pathOf(pump)}/quarantine`, { reason: 'stolen', compromised: true });
    expect(world.site.subjects.get('device/north:pump-3')?.trust?.unmetCriteria).toContain('no-compromise');
    await world.post(`${pathOf(pump)}/release`, { reason: 'found' });
    expect(world.site.subjects.get('device/north:pump-3')?.compromised).toBe(false);
  });
});

describe('revocation', () => {
  it('of a certificate ends it everywhere', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    const thumbprint = world.enrol(pump, { state: 'admitted' });
    const path = `${pathOf(pump)}/certificates/${thumbprint}/revoke`;
    const answer = await world.post(path, { reason: 'key exported' });
    expect(answer.body.state).toMatchObject({ certificates: [{ status: 'revoked' }], trust: { level: 0 } });
    expect(world.site.certificates.get(thumbprint)?.status).toBe('revoked');
    expect(world.site.commits.at(-1)?.effects).toContainEqual({
      effect: 'deactivate-certificate',
      thumbprint,
      clientId: 'north:pump-3',
    });
    expect(world.site.updates.at(-1)?.cause).toBe('certificate-revoked');
    expect((await world.post(path, { reason: 'again' })).body.code).toBe('ERR_CERTIFICATE_REVOKED');
    const foreign = `${pathOf(pump)}/certificates/${'0'.repeat(64)}/revoke`;
    expect((await world.post(foreign, { reason: 'x' })).body.code).toBe('ERR_CERTIFICATE_UNKNOWN');
  });

  it('of all certificates comes with retirement, which is final', async () => {
    const world = new AdminWorld();
    await world.register(PUMP);
    const thumbprint = world.enrol(pump, { state: 'admitted' });
    const answer = await world.post(`${pathOf(pump)}/retire`, { reason: 'sold' });
    expect(answer.body.code).toBe('retired');
    expect(world.site.certificates.get(thumbprint)?.status).toBe('revoked');
    expect((await world.post(`${pathOf(pump)}/claims`, {})).body.code).toBe('ERR_ENTITY_RETIRED');
    expect((await world.post(`${pathOf(pump)}/release`, { reason: 'x' })).body.code).toBe('ERR_TRANSITION_ILLEGAL');
  });
});
