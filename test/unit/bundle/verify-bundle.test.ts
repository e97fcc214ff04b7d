import { beforeAll, describe, expect, it } from 'vitest';
import { sealBundle } from '../../../core/bundle/seal-bundle.ts';
import { type BundleCheck, verifyBundle } from '../../../core/bundle/verify-bundle.ts';
import { BUNDLE_TYP, BUNDLE_VALIDITY_SECONDS, type Bundle, MAX_BUNDLE_BYTES } from '../../../core/contracts/bundle.ts';
import { entityId, siteId, timestamp } from '../../../core/contracts/identifiers.ts';
import { canonicalDigest } from '../../../core/signing/digest.ts';
import { signCompact } from '../../../core/signing/jws.ts';
import { createTestSigner, TEST_NOW_MS } from '../../fixtures/pki.ts';
import { createTestSite, GATEWAY_ID, NORTH, type TestSite } from '../../fixtures/site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
const judge = async (changes: Partial<BundleCheck> = {}) => {
  const check = { token: site.sealed.token, keys: site.keys, site: NORTH, gateway: GATEWAY_ID, installedVersion: 1 };
  const result = await verifyBundle({ ...check, nowMs: TEST_NOW_MS, ...changes });
  return result.ok ? 'ok' : result.code;
};
const resealed = (changes: Partial<Bundle>, signer = site.signer, typ = BUNDLE_TYP) =>
  signCompact({ ...site.sealed.bundle, ...changes }, typ, signer);

describe('a bundle', () => {
  it('as sealed verifies, with its digest and its content', async () => {
    const check = { token: site.sealed.token, keys: site.keys, site: NORTH, gateway: GATEWAY_ID, installedVersion: 0 };
    const result = await verifyBundle({ ...check, head: site.head, nowMs: TEST_NOW_MS });
    expect(result).toEqual({ ok: true, value: { bundle: site.sealed.bundle, digest: site.sealed.digest } });
    expect(site.sealed.digest).toBe(canonicalDigest(site.sealed.bundle));
  });

  it('that is installed may be loaded again', async () => {
    expect(await judge({ installedVersion: 1, head: site.head })).toBe('ok');
  });

  it('is valid for 72 hours and not a millisecond longer', async () => {
    const endMs = TEST_NOW_MS + BUNDLE_VALIDITY_SECONDS * 1000;
    expect(await judge({ nowMs: endMs - 1 })).toBe('ok');
    expect(await judge({ nowMs: endMs })).toBe('bundle-expired');
  });

  it('that claims a longer validity is refused', async () => {
    const expiresAt = timestamp(TEST_NOW_MS + BUNDLE_VALIDITY_SECONDS * 1000 + 1);
    expect(await judge({ token: await resealed({ expiresAt }) })).toBe('bundle-malformed');
    expect(await judge({ token: await resealed({ expiresAt: timestamp(TEST_NOW_MS) }) })).toBe('bundle-malformed');
  });

  it('with a signature that is not of a known key is refused', async () => {
    expect(await judge({ token: await resealed({}, createTestSigner('state-1')) })).toBe('bundle-signature');
    expect(await judge({ token: await resealed({}, createTestSigner('new')) })).toBe('bundle-signature');
    expect(await judge({ token: site.sealed.token.slice(0, -3) })).toBe('bundle-signature');
    expect(await judge({ token: 'nonsense' })).toBe('bundle-signature');
  });

  it('is no other signed document', async () => {
    expect(await judge({ token: site.headToken })).toBe('bundle-signature');
    expect(await judge({ token: await signCompact({ schema: 'x' }, BUNDLE_TYP, site.signer) })).toBe(
      'bundle-malformed',
    );
  });

  it('with an unknown member is refused', async () => {
    const token = await signCompact({ ...site.sealed.bundle, more: 1 }, BUNDLE_TYP, site.signer);
    expect(await judge({ token })).toBe('bundle-malformed');
  });

  it('of another site or for another gateway is refused', async () => {
    expect(await judge({ site: siteId('south') })).toBe('bundle-wrong-site');
    expect(await judge({ gateway: entityId('north:gw-2') })).toBe('bundle-wrong-site');
  });

  it('with a section of another bundle is a mix', async () => {
    const content = { ...site.content, policies: [{ id: '1', cedar: 'permit (principal, action, resource);' }] };
    expect(await judge({ token: await resealed({ content }) })).toBe('bundle-mix');
  });

  it('with other content than its head names under the same version is a mix', async () => {
    expect(await judge({ head: { ...site.head, bundleDigest: 'e'.repeat(64) } })).toBe('bundle-mix');
  });

  it('older than the installed one is a rollback', async () => {
    expect(await judge({ installedVersion: 2 })).toBe('bundle-rollback');
  });

  it('that the head has moved on from is a freeze', async () => {
    expect(await judge({ head: { ...site.head, bundleVersion: 2 } })).toBe('bundle-freeze');
    expect(await judge({ installedVersion: 0, head: { ...site.head, bundleVersion: 2 } })).toBe('bundle-freeze');
  });

  it('newer than the head in hand is taken: the head is still on its way', async () => {
    const order = { site: NORTH, gateways: [GATEWAY_ID], version: 2, nowMs: TEST_NOW_MS, signer: site.signer };
    const { token } = await sealBundle(site.content, order);
    expect(await judge({ token, head: site.head })).toBe('ok');
  });

  it('too large is refused before it is read', async () => {
    expect(await judge({ token: 'a'.repeat(MAX_BUNDLE_BYTES + 1) })).toBe('bundle-oversize');
  });
});
