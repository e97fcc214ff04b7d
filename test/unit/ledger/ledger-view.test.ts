import { describe, expect, it } from 'vitest';
import { sealSnapshot, updateDigest } from '../../../core/bundle/seal-state.ts';
import { SiteState } from '../../../core/bundle/site-state.ts';
import { entityRef, siteId, timestamp } from '../../../core/contracts/identifiers.ts';
import type { StateChange, StateUpdate } from '../../../core/contracts/site-state.ts';
import { genesisLedger } from '../../../core/ledger/ledger-record.ts';
import { LedgerView } from '../../../core/ledger/ledger-view.ts';
import { createTestSigner, TEST_NOW_MS } from '../../fixtures/pki.ts';
import { testSubject } from '../../fixtures/site.ts';

const NORTH = siteId('north');
const PUMP = entityRef('device', 'north:pump-3');
const view = () => new LedgerView(genesisLedger(NORTH), [], []);

const update = (seq: number, previousDigest: string, changes: StateChange[]): StateUpdate => ({
  schema: 'vitalgate.state-update/1',
  site: NORTH,
  epoch: 1,
  seq,
  issuedAt: timestamp(TEST_NOW_MS),
  previousDigest,
  cause: 'test',
  changes,
});

describe('the state read from tables', () => {
  it('follows updates in order and refuses one that is not the next', () => {
    const state = view();
    const first = update(1, state.position.digest, [{ op: 'put-subject', subject: testSubject(PUMP) }]);
    expect(state.apply(update(2, state.position.digest, []))).toBe(false);
    expect(state.apply(first)).toBe(true);
    expect(state.position).toEqual({ epoch: 1, seq: 1, digest: updateDigest(first) });
    expect(state.subject(PUMP)?.state).toBe('admitted');
    expect(state.apply(first)).toBe(false);
    expect(state.apply(update(2, updateDigest(first), [{ op: 'remove-subject', ref: PUMP }]))).toBe(true);
    expect(state.subject(PUMP)).toBeUndefined();
  });

  it('holds a withdrawal until the bundle that leaves the thing out', () => {
    const state = view();
    state.apply(update(1, state.position.digest, [{ op: 'withdraw', kind: 'policy', id: 'p', untilBundleVersion: 3 }]));
    expect(state.withdrawn('policy', 'p', 2)).toBe(true);
    expect(state.withdrawn('policy', 'p', 3)).toBe(false);
  });

  it('gives a snapshot that a gateway takes, at exactly its position', async () => {
    const signer = createTestSigner('state');
    const state = view();
    const first = update(1, state.position.digest, [{ op: 'put-subject', subject: testSubject(PUMP) }]);
    state.apply(first);
    const gateway = new SiteState(NORTH);
    const taken = gateway.applySnapshot(await sealSnapshot(state.snapshot(TEST_NOW_MS), signer), signer.jwks);
    expect(taken.ok).toBe(true);
    expect(gateway.position).toEqual(state.position);
    expect(gateway.subject(PUMP)).toEqual(testSubject(PUMP));
  });
});
