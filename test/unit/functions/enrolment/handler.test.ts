import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EnrolmentAnswerSchema } from '../../../../core/contracts/enrolment.ts';
import { entityRef, timestamp } from '../../../../core/contracts/identifiers.ts';
import { checkCertificate } from '../../../../core/identity/certificate-profile.ts';
import { DAY_MS } from '../../../fixtures/pki.ts';
import { CLAIM, certificateRequest, enrolmentWorld, PUMP } from './enrolment-world.ts';

const FHIR = entityRef('resource', 'north:fhir');
const EMR = entityRef('application', 'north:emr');

describe('enrolment', () => {
  it('turns a claim and a request into a certificate of our profile, known to broker and gateways', async () => {
    const world = await enrolmentWorld();
    const { status, body } = await world.post({ subject: PUMP, claim: CLAIM, csr: await certificateRequest(PUMP) });
    const answer = EnrolmentAnswerSchema.parse(body);
    const leaf = new X509Certificate(answer.certificate);
    const verdict = checkCertificate({
      chain: [leaf, ...answer.chain.map((pem) => new X509Certificate(pem))],
      anchors: answer.anchors.root.map((pem) => new X509Certificate(pem)),
      purpose: 'device',
      nowMs: world.surroundings.now,
    });
    expect(status).toBe(201);
    expect(verdict).toMatchObject({ code: 'certificate-valid', identity: { ref: PUMP } });
    expect(leaf.validToDate.getTime() - world.surroundings.now).toBe(30 * DAY_MS);
    expect(world.subject()).toMatchObject({
      state: 'enrolled',
      certificates: [{ thumbprint: verdict.identity?.thumbprint, status: 'active' }],
    });
    expect(world.registry.admitted.get(PUMP.id)).toBe(answer.certificate);
    expect(world.site.auditTrail.map(({ event }) => event)).toEqual([
      'device-enrolled',
      'trust-changed',
      'state-changed',
    ]);
    expect(world.site.updates).toHaveLength(1);
  });

  it('answers the same request again with the same certificate, and changes nothing more', async () => {
    const world = await enrolmentWorld();
    const request = { subject: PUMP, claim: CLAIM, csr: await certificateRequest(PUMP) };
    const first = await world.post(request);
    const commits = world.site.commits.length;
    const second = await world.post(request);
    expect(second.body['certificate']).toBe(first.body['certificate']);
    expect(world.site.commits).toHaveLength(commits);
  });

  it('goes on from where an attempt was broken off, with the certificate it had issued', async () => {
    const world = await enrolmentWorld();
    const request = { subject: PUMP, claim: CLAIM, csr: await certificateRequest(PUMP) };
    world.registry.fault = new Error('the broker is away');
    expect((await world.post(request)).status).toBe(500);
    expect(world.subject()?.state).toBe('registered');
    const { status, body } = await world.post(request);
    expect(status).toBe(201);
    expect([...world.claims.claims.values()][0]?.certificatePem).toBe(body['certificate']);
    expect(world.subject()?.certificates).toHaveLength(1);
  });

  it('ends the certificates that were in force before, and keeps the state', async () => {
    const world = await enrolmentWorld();
    const old = { thumbprint: 'e'.repeat(64), serial: '02', status: 'active' as const };
    const notAfter = timestamp(world.surroundings.now + DAY_MS);
    const held = world.subject();
    if (held === undefined) throw new Error('no pump');
    world.site.subjects.set('device/north:pump-3', {
      ...held,
      state: 'restricted',
      certificates: [{ ...old, notAfter }],
    });
    world.site.certificates.set(old.thumbprint, { ...old, ref: PUMP, notAfter, pem: '-----BEGIN CERTIFICATE-----' });
    await world.post({ subject: PUMP, claim: CLAIM, csr: await certificateRequest(PUMP) });
    expect(world.subject()?.state).toBe('restricted');
    expect(world.subject()?.certificates.map(({ status }) => status)).toEqual(['active', 'revoked']);
    expect(world.site.certificates.get(old.thumbprint)?.status).toBe('revoked');
    expect(world.site.commits.at(-1)?.effects).toEqual([
      { effect: 'deactivate-certificate', thumbprint: old.thumbprint, clientId: PUMP.id },
    ]);
  });

  it.each([FHIR, EMR])('issues for $kind from the resource authority', async (subject) => {
    const world = await enrolmentWorld(subject);
    const { status, body } = await world.post({ subject, claim: CLAIM, csr: await certificateRequest(subject) });
    expect(status).toBe(201);
    expect(body['chain']).toEqual([world.pki.resource.certificatePem]);
  });
});

describe('an enrolment that is refused', () => {
  it.each([
    ['csr-malformed', 400, () => Promise.resolve('not a request')],
    ['csr-weak-key', 400, () => certificateRequest(PUMP, { weak: true })],
    ['csr-foreign-subject', 400, () => certificateRequest(PUMP, { name: 'north:other' })],
    ['csr-requests-ca', 400, () => certificateRequest(PUMP, { authority: true })],
  ] as const)('answers %s, counts it and leaves the claim unspent', async (code, status, csr) => {
    const world = await enrolmentWorld();
    const answer = await world.post({ subject: PUMP, claim: CLAIM, csr: await csr() });
    expect(answer).toMatchObject({ status, body: { code, type: 'about:blank' } });
    expect(world.recorded.counted).toEqual(['EnrolmentRefused']);
    expect([...world.claims.claims.values()][0]?.record.use).toBeNull();
    expect(world.site.commits).toHaveLength(0);
  });

  it('answers claim-used for a second request on the same claim', async () => {
    const world = await enrolmentWorld();
    await world.post({ subject: PUMP, claim: CLAIM, csr: await certificateRequest(PUMP) });
    const second = await world.post({ subject: PUMP, claim: CLAIM, csr: await certificateRequest(PUMP) });
    expect(second).toMatchObject({ status: 403, body: { code: 'claim-used' } });
  });

  it('answers claim-used when another request is faster', async () => {
    const world = await enrolmentWorld();
    world.claims.overtake = (store) => {
      for (const [digest, held] of store.claims) {
        const use = { requestDigest: 'f'.repeat(64), at: held.record.issuedAt };
        store.claims.set(digest, { ...held, record: { ...held.record, use } });
      }
    };
    const answer = await world.post({ subject: PUMP, claim: CLAIM, csr: await certificateRequest(PUMP) });
    expect(answer.body).toMatchObject({ code: 'claim-used' });
  });

  it('answers claim-expired after its end', async () => {
    const world = await enrolmentWorld();
    world.surroundings.now += DAY_MS;
    const answer = await world.post({ subject: PUMP, claim: CLAIM, csr: await certificateRequest(PUMP) });
    expect(answer.body).toMatchObject({ code: 'claim-expired' });
  });

  it('answers claim-foreign-subject for another subject, claim-unknown for a claim nobody was given', async () => {
    const world = await enrolmentWorld();
    const csr = await certificateRequest(FHIR);
    expect((await world.post({ subject: FHIR, claim: CLAIM, csr })).body['code']).toBe('claim-foreign-subject');
    expect((await world.post({ subject: FHIR, claim: 'nonsense', csr })).body['code']).toBe('claim-unknown');
  });

  it('refuses unknown keys and what is not JSON', async () => {
    const world = await enrolmentWorld();
    const body = { subject: PUMP, claim: CLAIM, csr: 'x', extra: 1 };
    expect((await world.post(body)).body['code']).toBe('ERR_BODY_INVALID');
    expect((await world.post('{')).body['code']).toBe('ERR_BODY_NOT_JSON');
  });

  it('writes neither claim nor request into the log', async () => {
    const world = await enrolmentWorld();
    await world.post({ subject: PUMP, claim: CLAIM, csr: 'not a request' });
    expect(world.recorded.text()).not.toContain(CLAIM);
  });
});
