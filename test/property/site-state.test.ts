import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { sealSnapshot, sealUpdate, updateDigest } from '../../core/bundle/seal-state.ts';
import { applySnapshot, SiteState, verifyAndApplyUpdate } from '../../core/bundle/site-state.ts';
import { timestamp } from '../../core/contracts/identifiers.ts';
import { GENESIS_DIGEST, type StateChange, type StateUpdate } from '../../core/contracts/site-state.ts';
import { createTestSigner, TEST_NOW_MS } from '../fixtures/pki.ts';
import { NORTH } from '../fixtures/site.ts';

const LENGTH = 6;
const signer = createTestSigner('state-1');
const tokens: string[] = [];
const digests: string[] = [GENESIS_DIGEST];
let start: string;

beforeAll(async () => {
  const at = { site: NORTH, epoch: 1, issuedAt: timestamp(TEST_NOW_MS) };
  for (let seq = 1; seq <= LENGTH; seq += 1) {
    const change: StateChange = { op: 'withdraw', kind: 'policy', id: `p-${seq}`, untilBundleVersion: 9 };
    const update: StateUpdate = {
      schema: 'vitalgate.state-update/1',
      ...{ ...at, seq, previousDigest: digests[seq - 1] ?? '', cause: 'test', changes: [change] },
    };
    tokens.push(await sealUpdate(update, signer));
    digests.push(updateDigest(update));
  }
  const empty = { ...at, seq: 0, digest: GENESIS_DIGEST, subjects: [], withdrawn: [] };
  start = await sealSnapshot({ schema: 'vitalgate.state-snapshot/1', ...empty }, signer);
});

describe('a state that is sent updates in any order, any number of times, some of them bent', () => {
  it('always holds exactly a beginning of the signed history', async () => {
    const delivery = fc.record({ index: fc.nat(LENGTH - 1), bent: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { maxLength: 30 }), async (deliveries) => {
        const state = new SiteState(NORTH);
        await applySnapshot(state, start, signer.jwks);
        let expected = 0;
        for (const { index, bent } of deliveries) {
          const token = tokens[index] ?? '';
          const { ok } = await verifyAndApplyUpdate(state, bent ? `${token.slice(0, -8)}AAAAAAAA` : token, signer.jwks);
          expect(ok).toBe(!bent && index === expected);
          if (ok) expected += 1;
          expect(state.position).toEqual({ epoch: 1, seq: expected, digest: digests[expected] });
          const held = tokens.map((_, at) => state.withdrawn('policy', `p-${at + 1}`, 1));
          expect(held).toEqual(tokens.map((_, at) => at < expected));
        }
      }),
      { numRuns: 50 },
    );
  });
});
