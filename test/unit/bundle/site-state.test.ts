import { beforeEach, describe, expect, it } from 'vitest';
import { sealSnapshot, sealUpdate } from '../../../core/bundle/seal-state.ts';
import { applySnapshot, SiteState, verifyAndApplyUpdate, verifyHead } from '../../../core/bundle/site-state.ts';
import { siteId, timestamp } from '../../../core/contracts/identifiers.ts';
import type { StateChange, StateSnapshot } from '../../../core/contracts/site-state.ts';
import { createTestSigner, TEST_NOW_MS } from '../../fixtures/pki.ts';
import { createTestSite, refOf, type TestSite, testSubject } from '../../fixtures/site.ts';

let site: TestSite;
let state: SiteState;
beforeEach(async () => {
  site = await createTestSite();
  state = site.state;
});
const digest = (character: string) => character.repeat(64);
const quarantine = (): StateChange => ({
  op: 'put-subject',
  subject: testSubject(site.leaves.pump.ref, { state: 'quarantined' }, { thumbprints: [site.leaves.pump.thumbprint] }),
});
const apply = async (token: string) => {
  const result = await verifyAndApplyUpdate(state, token, site.keys);
  return result.ok ? 'ok' : result.code;
};
const picture = () => JSON.stringify([state.position, [...state.subjects()], state.announcedBundle, state.lastHead]);
const refusedUnchanged = async (token: string, code: string) => {
  const before = picture();
  expect(await apply(token)).toBe(code);
  expect(picture()).toBe(before);
};

describe('an update', () => {
  it('that is next is applied whole', async () => {
    const changes: StateChange[] = [
      quarantine(),
      { op: 'remove-subject', ref: site.leaves.monitor.ref },
      { op: 'withdraw', kind: 'policy', id: '020', untilBundleVersion: 3 },
      { op: 'announce-bundle', version: 2, digest: digest('b') },
      { op: 'end-session', sessionId: '0b0d9bd1-5f0c-4c58-9d26-6f3f5f5a1b11' },
    ];
    const { update, token, digest: next } = await site.nextUpdate(changes);
    expect(await verifyAndApplyUpdate(state, token, site.keys)).toEqual({ ok: true, value: update });
    expect(state.position).toEqual({ epoch: 1, seq: 8, digest: next });
    expect(state.subject(site.leaves.pump.ref)?.state).toBe('quarantined');
    expect(state.subject(site.leaves.monitor.ref)).toBeUndefined();
    expect(state.bearer(site.leaves.monitor.thumbprint)).toBeUndefined();
    expect(state.announcedBundle).toEqual({ version: 2, digest: digest('b') });
    expect([1, 2, 3].map((version) => state.withdrawn('policy', '020', version))).toEqual([true, true, false]);
    expect(state.withdrawn('owner', '020', 1)).toBe(false);
  });

  it('replaces the certificates of its subject', async () => {
    const renewed = testSubject(site.leaves.pump.ref, {}, { thumbprints: [digest('c')] });
    expect(await apply((await site.nextUpdate([{ op: 'put-subject', subject: renewed }])).token)).toBe('ok');
    expect(state.bearer(site.leaves.pump.thumbprint)).toBeUndefined();
    expect(state.bearer(digest('c'))?.ref).toEqual(site.leaves.pump.ref);
  });

  it('signed by an unknown key, or for another purpose, is refused', async () => {
    const { update, token } = await site.nextUpdate([quarantine()]);
    await refusedUnchanged(await sealUpdate(update, createTestSigner('state-1')), 'state-signature');
    await refusedUnchanged(await sealUpdate(update, createTestSigner('other')), 'state-signature');
    await refusedUnchanged(site.headToken, 'state-signature');
    await refusedUnchanged('not a token', 'state-signature');
    const [header, payload, signature] = token.split('.');
    const bent = Buffer.from(payload ?? '', 'base64url')
      .toString()
      .replace('quarantined', 'admitted');
    await refusedUnchanged(`${header}.${Buffer.from(bent).toString('base64url')}.${signature}`, 'state-signature');
  });

  it.each([
    ['of another site', { site: siteId('south') }, 'state-wrong-site'],
    ['of a higher epoch', { epoch: 2 }, 'state-epoch'],
    ['with one missing before it', { seq: 9 }, 'state-gap'],
    ['from the past', { seq: 6 }, 'state-replayed'],
    ['of another history at the position held', { seq: 7 }, 'state-fork'],
    ['that extends another history', { previousDigest: digest('a') }, 'state-fork'],
    ['without changes', { changes: [] }, 'state-malformed'],
  ])('%s is refused', async (_, overrides, code) => {
    await refusedUnchanged((await site.nextUpdate([quarantine()], overrides)).token, code);
  });

  it('is taken once, also when it arrives twice at the same moment', async () => {
    const { token } = await site.nextUpdate([quarantine()]);
    expect(await Promise.all([apply(token), apply(token)])).toEqual(['ok', 'state-replayed']);
  });

  it('that its own head contradicts is refused', async () => {
    const ahead = await site.nextHead({ seq: 8, digest: digest('d') });
    expect((await verifyHead(state, ahead.token, site.keys)).ok).toBe(true);
    await refusedUnchanged((await site.nextUpdate([quarantine()])).token, 'state-fork');
  });
});

describe('a snapshot', () => {
  const take = async (overrides: Partial<StateSnapshot>) => {
    const token = await sealSnapshot({ ...site.snapshot, ...overrides }, site.signer);
    const result = await applySnapshot(state, token, site.keys);
    return result.ok ? 'ok' : result.code;
  };

  it('replaces all that was held, and updates go on from it', async () => {
    const only = testSubject(refOf(site.entities.nurse));
    expect(await take({ seq: 20, digest: digest('e'), subjects: [only] })).toBe('ok');
    expect([...state.subjects()]).toEqual([only]);
    expect(state.bearer(site.leaves.pump.thumbprint)).toBeUndefined();
    expect(await apply((await site.nextUpdate([quarantine()])).token)).toBe('ok');
    expect(state.position.seq).toBe(21);
  });

  it('is what a new epoch begins with', async () => {
    expect(await take({ epoch: 2, seq: 0, digest: digest('0'), subjects: [] })).toBe('ok');
    expect(state.position).toEqual({ epoch: 2, seq: 0, digest: digest('0') });
    expect(await take({})).toBe('state-epoch');
  });

  it.each([
    ['of another site', { site: siteId('south') }, 'state-wrong-site'],
    ['from the past', { seq: 6 }, 'state-replayed'],
    ['of another history', { digest: digest('a') }, 'state-fork'],
  ])('%s is refused and changes nothing', async (_, overrides, code) => {
    const before = picture();
    expect(await take(overrides)).toBe(code);
    expect(picture()).toBe(before);
  });

  it('that the head in hand contradicts is refused', async () => {
    await verifyHead(state, (await site.nextHead({ seq: 9, digest: digest('d') })).token, site.keys);
    expect(await take({ seq: 9, digest: digest('e') })).toBe('state-fork');
    expect(await take({ seq: 9, digest: digest('d') })).toBe('ok');
  });

  it('must come first: a state that holds nothing takes no update', async () => {
    const empty = new SiteState(site.site);
    const { token } = await site.nextUpdate([quarantine()]);
    expect(await verifyAndApplyUpdate(empty, token, site.keys)).toMatchObject({ code: 'state-epoch' });
  });
});

describe('a head', () => {
  const take = async (overrides: Parameters<TestSite['nextHead']>[0]) => {
    const result = await verifyHead(state, (await site.nextHead(overrides)).token, site.keys);
    return result.ok ? 'ok' : result.code;
  };

  it('at the position held confirms it', async () => {
    expect(await take({})).toBe('ok');
    expect(state.confirmedHead?.issuedAt).toBe(timestamp(TEST_NOW_MS + 1000));
    expect(state.behind).toBe(false);
  });

  it('ahead of it proves that one is behind, not that one is fresh', async () => {
    const { token, digest: next } = await site.nextUpdate([quarantine()]);
    expect(await take({ seq: 8, digest: next })).toBe('ok');
    expect(state.behind).toBe(true);
    expect(state.confirmedHead?.issuedAt).toBe(timestamp(TEST_NOW_MS));
    expect(await apply(token)).toBe('ok');
    expect(state.behind).toBe(false);
    expect(state.confirmedHead?.issuedAt).toBe(timestamp(TEST_NOW_MS + 1000));
  });

  it('that crossed with an update still proves when the ledger was seen', async () => {
    const crossing = await site.nextHead();
    expect(await apply((await site.nextUpdate([quarantine()])).token)).toBe('ok');
    expect((await verifyHead(state, crossing.token, site.keys)).ok).toBe(true);
    expect(state.confirmedHead?.issuedAt).toBe(timestamp(TEST_NOW_MS + 1000));
  });

  it('that is delivered again changes nothing', async () => {
    expect(await verifyHead(state, site.headToken, site.keys)).toMatchObject({ ok: true });
    expect(state.lastHead).toEqual(site.head);
  });

  it.each([
    ['of another site', { site: siteId('south') }, 'head-wrong-site'],
    ['issued before the newest one', { issuedAt: timestamp(TEST_NOW_MS - 1) }, 'head-replayed'],
    ['that stands before the newest one', { seq: 6 }, 'head-replayed'],
    ['that names an older bundle', { bundleVersion: 0 }, 'head-replayed'],
    ['of another history', { digest: digest('a') }, 'head-fork'],
    ['without a time', { issuedAt: 'now' as never }, 'head-malformed'],
  ])('%s is refused and changes nothing', async (_, overrides, code) => {
    const before = picture();
    expect(await take(overrides)).toBe(code);
    expect(picture()).toBe(before);
  });

  it('of an epoch before the one held is refused', async () => {
    expect(await take({ epoch: 2, seq: 0 })).toBe('ok');
    expect(state.behind).toBe(true);
    expect(await take({ issuedAt: timestamp(TEST_NOW_MS + 2000) })).toBe('head-epoch');
  });

  it('signed as something else is refused', async () => {
    expect(await verifyHead(state, site.snapshotToken, site.keys)).toMatchObject({ code: 'head-signature' });
  });
});
