import { describe, expect, it } from 'vitest';
import { SiteState } from '../../../../core/bundle/site-state.ts';
import { verifyBundle } from '../../../../core/bundle/verify-bundle.ts';
import { entityRef, siteId } from '../../../../core/contracts/identifiers.ts';
import { intent } from '../../../../core/ledger/ledger-intent.ts';
import { createHandler } from '../../../../functions/policy-administrator/handler.ts';
import { FakeBundleStore } from '../../../fakes/fake-bundle-store.ts';
import { FakeSite } from '../../../fakes/fake-site.ts';
import { FakeSiteState } from '../../../fakes/fake-site-state.ts';
import { FakeStatePublisher } from '../../../fakes/fake-state-publisher.ts';
import { fixedSurroundings } from '../../../fakes/fixed-surroundings.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';
import { createTestPki, createTestSigner, DAY_MS, TEST_NOW_MS } from '../../../fixtures/pki.ts';
import { GATEWAY_ID, testDevice, testEntities, testSubject } from '../../../fixtures/site.ts';

const NORTH = siteId('north');
const PUMP = entityRef('device', 'north:pump-3');
const SHIPPED = [
  {
    id: '900-reads',
    cedar: '@reason("reads")\nforbid (principal, action, resource) when { context.accessLevel < 1 };',
  },
];

async function administratorWorld(shipped = SHIPPED) {
  const site = new FakeSite(NORTH, TEST_NOW_MS);
  const surroundings = fixedSurroundings(TEST_NOW_MS);
  const recorded = recordedLog();
  const signer = createTestSigner('state-1');
  const pki = await createTestPki();
  const [bundles, publisher] = [new FakeBundleStore(), new FakeStatePublisher()];
  const handler = createHandler({
    sites: [NORTH],
    ledger: site,
    content: site,
    state: new FakeSiteState(site),
    bundles,
    signer: () => Promise.resolve(signer),
    publisher,
    anchors: pki.anchors,
    shipped,
    surroundings,
    log: recorded.log,
  });
  const put = (entity: ReturnType<typeof testDevice>) =>
    site.commit(NORTH, [
      intent('entity-registered', { writes: [{ write: 'put-entity', entity, expectedVersion: 0 }] }),
    ]);
  await site.commit(NORTH, [
    intent('entity-registered', {
      changes: [{ op: 'put-subject', subject: testSubject(PUMP) }],
      writes: [{ write: 'put-entity', entity: testEntities().gateway, expectedVersion: 0 }],
    }),
  ]);
  const changed = (...sites: readonly string[]) =>
    handler({
      Records: sites.map((name, index) => ({
        messageId: `m${index}`,
        body: JSON.stringify({ source: 'vitalgate', 'detail-type': 'entity.changed', detail: { site: name } }),
      })),
    });
  const get = async (
    path: string,
    lambda: unknown = { site: 'north', gateway: GATEWAY_ID, thumbprint: 'a'.repeat(64) },
  ) =>
    (await handler({
      rawPath: path,
      requestContext: { http: { method: 'GET' }, authorizer: { lambda } },
    })) as { statusCode: number; body: string; headers: Record<string, string> };
  return { site, surroundings, recorded, signer, bundles, publisher, handler, put, changed, get };
}

describe('publishing a bundle', () => {
  it('compiles, seals, stores and announces what a gateway of the site accepts', async () => {
    const world = await administratorWorld();
    expect(await world.changed('north')).toEqual({ batchItemFailures: [] });
    const [[, token] = []] = [...world.bundles.objects];
    const verified = await verifyBundle({
      token: token ?? '',
      keys: world.signer.jwks,
      site: NORTH,
      gateway: GATEWAY_ID,
      installedVersion: 0,
      nowMs: TEST_NOW_MS,
    });
    expect(verified).toMatchObject({ ok: true, value: { digest: world.site.record.bundleDigest } });
    expect(world.site.updates.at(-1)?.changes).toEqual([
      { op: 'announce-bundle', version: 1, digest: world.site.record.bundleDigest },
    ]);
    expect(world.site.auditTrail.at(-1)?.event).toBe('bundle-published');
  });

  it('makes one bundle of many changes, and none when nothing has changed', async () => {
    const world = await administratorWorld();
    await world.changed('north', 'north', 'north');
    await world.changed('north');
    expect(world.site.record.bundleVersion).toBe(1);
    await world.put(testDevice('pump-9'));
    await world.changed('north');
    expect(world.site.record.bundleVersion).toBe(2);
  });

  it('never announces what was compiled before a change: it compiles again', async () => {
    const world = await administratorWorld();
    const { site } = world;
    site.beforeCommit = () => {
      void world.put(testDevice('pump-9'));
    };
    await world.changed('north');
    expect(site.record).toMatchObject({ bundleVersion: 1, bundledRevision: site.record.contentRevision });
    const token = [...world.bundles.objects].at(-1)?.[1] ?? '';
    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).toContain('north:pump-9');
  });

  it('refuses a policy set that is not valid, and leaves the bundle in force', async () => {
    const world = await administratorWorld([
      { id: 'bad', cedar: 'permit (principal, action, resource) when { nonsense };' },
    ]);
    await world.changed('north');
    expect(world.site.record.bundleVersion).toBe(0);
    expect(world.recorded.lines.at(-1)).toMatchObject({ code: 'policy-refused', policy: 'bad' });
  });

  it('asks for the message again when it could not publish, and drops what names no site', async () => {
    const world = await administratorWorld();
    world.bundles.put = () => Promise.reject(new Error('no store'));
    expect(await world.changed('north', '?')).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });
});

describe('each minute', () => {
  it('pushes a head that a gateway takes, for exactly where the ledger stands', async () => {
    const world = await administratorWorld();
    await world.handler({ job: 'heads' });
    const head = world.publisher.sent.find(({ topic }) => topic === 'head');
    const state = new SiteState(NORTH);
    expect(state.observeHead(head?.token ?? '', world.signer.jwks)).toMatchObject({
      ok: true,
      value: { seq: world.site.record.seq, digest: world.site.record.digest, bundleVersion: 1 },
    });
  });

  it('finds a change whose event was lost, and renews a bundle that grows old', async () => {
    const world = await administratorWorld();
    await world.handler({ job: 'heads' });
    expect(world.site.record.bundleVersion).toBe(1);
    world.surroundings.now += DAY_MS;
    world.site.nowMs += DAY_MS;
    await world.handler({ job: 'heads' });
    expect(world.site.record.bundleVersion).toBe(2);
  });

  it('pushes heads even when a bundle cannot be published', async () => {
    const world = await administratorWorld();
    world.bundles.put = () => Promise.reject(new Error('no store'));
    await world.handler({ job: 'heads' });
    expect(world.publisher.sent.map(({ topic }) => topic)).toEqual(['head']);
  });
});

describe('a gateway that asks', () => {
  it('gets the snapshot at the position of the head', async () => {
    const world = await administratorWorld();
    await world.changed('north');
    const state = new SiteState(NORTH);
    const { body: head } = await world.get('/v1/gateway/head');
    const { body: snapshot, statusCode } = await world.get('/v1/gateway/state');
    expect(statusCode).toBe(200);
    expect(state.observeHead(head, world.signer.jwks).ok).toBe(true);
    expect(state.applySnapshot(snapshot, world.signer.jwks).ok).toBe(true);
    expect(state.behind).toBe(false);
    expect(state.subject(PUMP)?.state).toBe('admitted');
  });

  it('is sent to the bundle in force, and told when there is none', async () => {
    const world = await administratorWorld();
    expect((await world.get('/v1/gateway/bundle')).statusCode).toBe(404);
    await world.changed('north');
    const { statusCode, headers } = await world.get('/v1/gateway/bundle');
    expect(statusCode).toBe(307);
    expect(headers['location']).toBe(`https://store.test/north/1/${world.site.record.bundleDigest}`);
  });

  it('gets nothing when the authorizer has not said who it is, and nothing where nothing is', async () => {
    const world = await administratorWorld();
    expect((await world.get('/v1/gateway/head', {})).statusCode).toBe(500);
    expect((await world.get('/v1/gateway/other')).statusCode).toBe(404);
  });
});
