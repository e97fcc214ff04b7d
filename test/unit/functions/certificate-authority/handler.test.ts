import { X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { entityRef } from '../../../../core/contracts/identifiers.ts';
import { issueCertificate } from '../../../../core/identity/certificate-authority.ts';
import { checkCertificate } from '../../../../core/identity/certificate-profile.ts';
import type { DeploymentAnswer } from '../../../../functions/adapters/ports/deployment-answers.ts';
import type { CertifiableSigner } from '../../../../functions/adapters/ports/signing.ts';
import { createHandler } from '../../../../functions/certificate-authority/handler.ts';
import { FakeAuthorityStore } from '../../../fakes/fake-authority-store.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';
import { createTestKey, createTestSigner, DAY_MS, randomSerial, TEST_NOW_MS } from '../../../fixtures/pki.ts';

const URL = 'https://deployment.example/answer?signature=s';
const PROPERTIES = {
  ServiceToken: 'arn',
  RootKey: 'root',
  DeviceKey: 'device',
  GatewayKey: 'gateway',
  ResourceKey: 'resource',
};

function certifiable(name: string): CertifiableSigner {
  const signer = createTestSigner(`kid-of-${name}`);
  return { kid: signer.kid, publicKeySpki: signer.key.spki, sign: signer.sign };
}

function createStage() {
  const keys = new Map<string, CertifiableSigner>(
    ['root', 'device', 'gateway', 'resource', 'other-root', 'other-gateway'].map((name) => [name, certifiable(name)]),
  );
  const store = new FakeAuthorityStore();
  const sent: DeploymentAnswer[] = [];
  const recorded = recordedLog();
  let serials = 0;
  const handler = createHandler({
    keyOf: (id) => {
      const key = keys.get(id);
      return key === undefined ? Promise.reject(new Error('AccessDenied: arn:aws:secret')) : Promise.resolve(key);
    },
    store,
    answers: {
      send: (url, answer) => {
        expect(url).toBe(URL);
        sent.push(answer);
        return Promise.resolve();
      },
    },
    surroundings: {
      nowMs: () => TEST_NOW_MS,
      randomBytes: (count) => new Uint8Array(count).fill(++serials),
    },
    log: recorded.log,
  });
  const deploy = async (RequestType: 'Create' | 'Update' | 'Delete', properties: object = {}) => {
    await handler({
      RequestType,
      ResponseURL: URL,
      StackId: `arn:aws:cloudformation:eu-central-1:123456789012:stack/vitalgate-pki/${'a'.repeat(36)}`,
      RequestId: 'b'.repeat(36),
      LogicalResourceId: 'Authorities',
      ResourceProperties: { ...PROPERTIES, ...properties },
    });
    const answer = sent.at(-1);
    if (answer === undefined) throw new Error('nothing was answered');
    return answer;
  };
  return { store, deploy, keys, recorded, sent };
}

let stage: ReturnType<typeof createStage>;
beforeEach(() => {
  stage = createStage();
});

const pems = ({ Data = {} }: DeploymentAnswer) => [
  Data['RootPem'],
  Data['DevicePem'],
  Data['GatewayPem'],
  Data['ResourcePem'],
];

describe('certificate-authority', () => {
  it('issues a root and three authorities whose leaves pass the profile', async () => {
    const { Data = {} } = await stage.deploy('Create');
    const [root, gateway] = [new X509Certificate(Data['RootPem'] ?? ''), new X509Certificate(Data['GatewayPem'] ?? '')];
    const signer = stage.keys.get('gateway');
    if (signer === undefined) throw new Error('no key');
    const leaf = await issueCertificate({
      authority: { certificatePem: Data['GatewayPem'] ?? '', signer },
      publicKeySpki: createTestKey().spki,
      ref: entityRef('gateway', 'north:gw-1'),
      purpose: 'gateway',
      serialHex: randomSerial(),
      notBeforeMs: TEST_NOW_MS,
      notAfterMs: TEST_NOW_MS + DAY_MS,
    });
    const chain = [new X509Certificate(leaf), gateway];
    const verdict = checkCertificate({ chain, anchors: [root], purpose: 'gateway', nowMs: TEST_NOW_MS });
    expect(verdict.code).toBe('certificate-valid');
  });

  it('answers the same certificates at every later deployment, and writes nothing then', async () => {
    const first = await stage.deploy('Create');
    const second = await stage.deploy('Update', { OrganisationName: 'Another name' });
    expect(pems(second)).toEqual(pems(first));
    expect(second.PhysicalResourceId).toBe(first.PhysicalResourceId);
    expect(stage.store.writes).toBe(1);
  });

  it('renews one authority alone when its key is another', async () => {
    const before = pems(await stage.deploy('Create'));
    const after = pems(await stage.deploy('Update', { GatewayKey: 'other-gateway' }));
    expect(after.map((pem, index) => pem === before[index])).toEqual([true, true, false, true]);
  });

  it('renews everything when the root key is another', async () => {
    const before = pems(await stage.deploy('Create'));
    const after = pems(await stage.deploy('Update', { RootKey: 'other-root' }));
    expect(after.some((pem, index) => pem === before[index])).toBe(false);
  });

  it('answers what someone else has issued meanwhile', async () => {
    const other = createStage();
    const theirs = await other.deploy('Create');
    const shared = createStage();
    for (const [id, key] of other.keys) shared.keys.set(id, key);
    shared.store.overtake = (store) => {
      store.held = other.store.held;
    };
    expect(pems(await shared.deploy('Create'))).toEqual(pems(theirs));
  });

  it('refuses one key for two authorities', async () => {
    const answer = await stage.deploy('Create', { GatewayKey: 'device' });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('ERR_AUTHORITY_KEYS') });
    expect(stage.store.held).toBeUndefined();
  });

  it('keeps the answer within what a deployment takes, with the longest name', async () => {
    const answer = await stage.deploy('Create', { OrganisationName: 'W'.repeat(40) });
    expect(answer.Status).toBe('SUCCESS');
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(4096);
  });

  it('says that properties are missing without asking for any key', async () => {
    const answer = await stage.deploy('Create', { RootKey: '' });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('ERR_RESOURCE_PROPERTIES') });
  });

  it('answers a failure without its cause', async () => {
    const answer = await stage.deploy('Create', { RootKey: 'unknown' });
    expect(answer.Status).toBe('FAILED');
    expect(`${answer.Reason} ${stage.recorded.text()}`).not.toContain('arn:aws:secret');
  });

  it('deletes nothing, and lets a resource that never came to be go', async () => {
    await stage.deploy('Create');
    const answer = await stage.deploy('Delete', { RootKey: '' });
    expect(answer.Status).toBe('SUCCESS');
    expect(stage.store.held).toBeDefined();
  });
});
