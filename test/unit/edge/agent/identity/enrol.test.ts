import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entityRef } from '../../../../../core/contracts/identifiers.ts';
import { type EnrolmentOptions, enrol } from '../../../../../edge/agent/identity/enrol.ts';
import { loadIdentity } from '../../../../../edge/agent/identity/stored-identity.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { CLAIM, type EnrolmentServer, startEnrolmentServer } from './enrolment-server.ts';

const PUMP = entityRef('device', 'north:pump-3');
const optionsFor = (server: EnrolmentServer, stateDirectory = temporaryDirectory()): EnrolmentOptions => ({
  subject: PUMP,
  stateDirectory,
  api: server.api,
  ca: server.ca,
  claim: CLAIM,
  nowMs: Date.now,
});
const load = (stateDirectory: string) => loadIdentity(stateDirectory, PUMP, Date.now());

describe('enrolment', () => {
  it('makes a key of its own, gets it certified and stores everything, readable by nobody else', async () => {
    const server = await startEnrolmentServer();
    const options = optionsFor(server);
    const identity = await enrol(options);
    expect(identity.leaf.subjectAltName).toBe('URI:spiffe://vitalgate/site/north/device/pump-3');
    for (const name of ['key.pem', 'certificate.pem', 'anchors.json', 'keys.json'])
      expect(statSync(join(options.stateDirectory, 'identity', name)).mode & 0o777).toBe(0o600);
    expect(existsSync(join(options.stateDirectory, 'pending'))).toBe(false);
    expect((await load(options.stateDirectory)).certificate).toBe(identity.certificate);
  });

  it('never sends the private key', async () => {
    const server = await startEnrolmentServer();
    const identity = await enrol(optionsFor(server));
    expect(server.requests[0]).toContain('BEGIN CERTIFICATE REQUEST');
    expect(server.requests[0]).not.toContain('PRIVATE');
    expect(identity.key).toContain('BEGIN PRIVATE KEY');
  });

  it('sends the very same request again when the answer was lost', async () => {
    const server = await startEnrolmentServer({
      answer: (truth, _pki, request) => Promise.resolve(request === 1 ? undefined : truth),
    });
    const options = optionsFor(server);
    await expect(enrol(options)).rejects.toMatchObject({ code: 'ERR_HTTPS_UNREACHABLE' });
    await enrol(options);
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]).toBe(server.requests[0]);
  });

  it('names the code with which the control plane refuses', async () => {
    const server = await startEnrolmentServer({ refuse: { status: 403, code: 'claim-used' } });
    await expect(enrol(optionsFor(server))).rejects.toMatchObject({
      code: 'ERR_ENROLMENT_REFUSED',
      publicMessage: expect.stringContaining('claim-used'),
    });
  });

  it('does not enrol over an identity that it has', async () => {
    const server = await startEnrolmentServer();
    const options = optionsFor(server);
    await enrol(options);
    await expect(enrol(options)).rejects.toMatchObject({ code: 'ERR_AGENT_ALREADY_ENROLLED' });
  });

  it('trusts no API with a certificate of somebody else', async () => {
    const [server, other] = [await startEnrolmentServer(), await startEnrolmentServer()];
    const options = { ...optionsFor(server), ca: other.ca };
    await expect(enrol(options)).rejects.toMatchObject({ code: 'ERR_HTTPS_UNREACHABLE' });
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['for another key', (truth: object, certificate: string) => ({ ...truth, certificate }), PUMP],
    [
      'for another device',
      (truth: object, certificate: string) => ({ ...truth, certificate }),
      entityRef('device', 'north:pump-4'),
    ],
    ['without its authority', (truth: object) => ({ ...truth, chain: [], anchors: undefined }), PUMP],
    ['that is something else', () => ({ hello: 'world' }), PUMP],
  ])('stores nothing of an answer %s', async (_what, change, subject) => {
    const server = await startEnrolmentServer({
      answer: async (truth, pki) => change(truth, (await pki.issue(subject)).certificatePem),
    });
    const options = optionsFor(server);
    await expect(enrol(options)).rejects.toMatchObject({ code: 'ERR_ENROLMENT_ANSWER' });
    expect(existsSync(join(options.stateDirectory, 'identity'))).toBe(false);
  });
});

describe('a stored identity', () => {
  it.each(['key.pem', 'certificate.pem', 'anchors.json', 'keys.json'])('is refused without %s', async (name) => {
    const options = optionsFor(await startEnrolmentServer());
    await enrol(options);
    rmSync(join(options.stateDirectory, 'identity', name));
    await expect(load(options.stateDirectory)).rejects.toMatchObject({ code: 'ERR_AGENT_HALF_ENROLLED' });
  });

  it('is refused when key and certificate do not belong together', async () => {
    const [one, other] = [optionsFor(await startEnrolmentServer()), optionsFor(await startEnrolmentServer())];
    await enrol(one);
    await enrol(other);
    const key = (stateDirectory: string): string => join(stateDirectory, 'identity', 'key.pem');
    writeFileSync(key(one.stateDirectory), readFileSync(key(other.stateDirectory)));
    await expect(load(one.stateDirectory)).rejects.toMatchObject({ code: 'ERR_AGENT_HALF_ENROLLED' });
  });

  it('is refused when it is another subject', async () => {
    const options = optionsFor(await startEnrolmentServer());
    await enrol(options);
    const other = entityRef('device', 'north:pump-4');
    await expect(loadIdentity(options.stateDirectory, other, Date.now())).rejects.toMatchObject({
      code: 'ERR_AGENT_HALF_ENROLLED',
    });
  });

  it('says so when its certificate has ended', async () => {
    const options = optionsFor(await startEnrolmentServer());
    await enrol(options);
    const inTwoYears = Date.now() + 2 * 365 * 24 * 3600 * 1000;
    await expect(loadIdentity(options.stateDirectory, PUMP, inTwoYears)).rejects.toMatchObject({
      code: 'ERR_AGENT_CERTIFICATE_EXPIRED',
    });
  });
});
