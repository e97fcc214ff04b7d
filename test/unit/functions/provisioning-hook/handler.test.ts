import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Entity } from '../../../../core/contracts/entities.ts';
import { entityRef, refKey, timestamp } from '../../../../core/contracts/identifiers.ts';
import { claimDigest, encodeClaim, newClaimRecord } from '../../../../core/identity/claim.ts';
import { createHandler } from '../../../../functions/provisioning-hook/handler.ts';
import { FakeClaimStore } from '../../../fakes/fake-claim-store.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';
import { createTestPki, DAY_MS, TEST_NOW_MS, type TestLeaf } from '../../../fixtures/pki.ts';
import { testDevice } from '../../../fixtures/site.ts';

const PUMP = entityRef('device', 'north:pump-3');
const CLAIM = encodeClaim(new Uint8Array(32).fill(7));
const DIGEST = claimDigest(CLAIM);
const OTHER_USE = { requestDigest: 'b'.repeat(64), at: timestamp(TEST_NOW_MS) };
let leaf: TestLeaf;
let other: TestLeaf;

beforeAll(async () => {
  const pki = await createTestPki();
  [leaf, other] = [await pki.issue(PUMP), await pki.issue(PUMP)];
});

function createStage(subject = PUMP) {
  const issue = { issuedBy: 'jo', issuedAt: timestamp(TEST_NOW_MS), expiresAt: timestamp(TEST_NOW_MS + DAY_MS) };
  const claims = new FakeClaimStore(newClaimRecord(DIGEST, subject, issue));
  const registered = new Map<string, Entity>([[refKey(PUMP), testDevice('pump-3')]]);
  const recorded = recordedLog();
  const clock = { nowMs: TEST_NOW_MS };
  const handler = createHandler({
    claims,
    entities: { entity: (ref) => Promise.resolve(registered.get(refKey(ref))) },
    surroundings: { nowMs: () => clock.nowMs },
    log: recorded.log,
  });
  const ask = async (parameters: object = {}, certificatePem = leaf.certificatePem) => {
    const asked = { ThingName: PUMP.id, Site: 'north', Claim: CLAIM, ...parameters };
    const { allowProvisioning } = await handler({
      claimCertificateId: 'c',
      certificateId: 'd',
      certificatePem,
      templateArn: 'arn',
      clientId: 'x',
      parameters: asked,
    });
    return allowProvisioning ? 'allowed' : recorded.lines.at(-1)?.['reason'];
  };
  return { claims, registered, recorded, clock, ask };
}

let stage: ReturnType<typeof createStage>;
beforeEach(() => {
  stage = createStage();
});

describe('provisioning-hook', () => {
  it('allows a registered device with its claim, once', async () => {
    expect(await stage.ask()).toBe('allowed');
    expect(stage.claims.claims.get(DIGEST)?.record.use).toEqual({
      requestDigest: leaf.thumbprint,
      at: timestamp(TEST_NOW_MS),
    });
    expect(await stage.ask({}, other.certificatePem)).toBe('claim-used');
  });

  it('allows the same certificate again: an answer may be lost', async () => {
    await stage.ask();
    expect(await stage.ask()).toBe('allowed');
  });

  it('refuses when another certificate was faster by a moment', async () => {
    stage.claims.overtake = ({ claims }) => {
      const held = claims.get(DIGEST);
      if (held !== undefined) claims.set(DIGEST, { ...held, record: { ...held.record, use: OTHER_USE } });
    };
    expect(await stage.ask()).toBe('claim-used');
  });

  it.each([
    ['another device', { ThingName: 'north:pump-4' }, 'provisioning-foreign-device'],
    ['another site', { Site: 'south' }, 'provisioning-foreign-device'],
    ['an unknown claim', { Claim: encodeClaim(new Uint8Array(32).fill(8)) }, 'claim-unknown'],
    ['no claim', { Claim: undefined }, 'provisioning-malformed'],
    ['a guess', { Claim: 'x' }, 'provisioning-malformed'],
  ])('refuses %s and spends nothing', async (_name, parameters, reason) => {
    expect(await stage.ask(parameters)).toBe(reason);
    expect(stage.claims.claims.get(DIGEST)?.record.use).toBeNull();
  });

  it('refuses an expired claim', async () => {
    stage.clock.nowMs += DAY_MS;
    expect(await stage.ask()).toBe('claim-expired');
  });

  it('refuses the claim of a gateway: those are enrolled, not provisioned', async () => {
    const gateway = createStage(entityRef('gateway', 'north:pump-3'));
    expect(await gateway.ask()).toBe('provisioning-foreign-device');
  });

  it('refuses a device that has left the registry', async () => {
    stage.registered.clear();
    expect(await stage.ask()).toBe('device-unregistered');
  });

  it('refuses what is not a certificate', async () => {
    expect(await stage.ask({}, 'nonsense')).toBe('provisioning-malformed');
  });

  it('never logs a claim', async () => {
    await stage.ask({ ThingName: 'north:pump-4' });
    expect(stage.recorded.text()).not.toContain(CLAIM);
  });
});
