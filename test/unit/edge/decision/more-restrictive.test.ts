import { describe, expect, it } from 'vitest';
import { timestamp } from '../../../../core/contracts/identifiers.ts';
import type { LifecycleState, TrustLevel } from '../../../../core/contracts/levels.ts';
import { EffectiveState } from '../../../../edge/decision/effective-state.ts';
import type { LocalConclusion } from '../../../../edge/decision/local-conclusion.ts';
import { moreRestrictive, takesAway } from '../../../../edge/decision/more-restrictive.ts';
import { TEST_NOW_MS } from '../../../fixtures/pki.ts';
import { createTestSite, refOf, testEntities, testSubject, testTrust } from '../../../fixtures/site.ts';
import { fullEvidence } from '../../../fixtures/trust-samples.ts';

const ref = refOf(testEntities().pump);
const concluded = (state: LifecycleState, level: TrustLevel): LocalConclusion => ({
  ref,
  concludedAt: timestamp(TEST_NOW_MS),
  state,
  reasons: [],
  assessment: null,
  trust: testTrust(ref, level),
  evidence: fullEvidence(),
});

describe('of what the cloud and the gateway concluded', () => {
  it('the lower state and the lower level hold, whoever said them', () => {
    const cloud = testSubject(ref, { state: 'restricted', trust: testTrust(ref, 2) });
    expect(moreRestrictive(cloud, concluded('admitted', 4))).toMatchObject({
      state: 'restricted',
      trust: { level: 2 },
    });
    expect(moreRestrictive(cloud, concluded('quarantined', 0))).toMatchObject({
      state: 'quarantined',
      trust: { level: 0 },
    });
  });

  it('no trust at all stays none', () => {
    expect(moreRestrictive(testSubject(ref, { trust: null }), concluded('admitted', 4)).trust).toBeNull();
  });

  it('a local view that takes nothing away leaves the signed one as it is', () => {
    expect(takesAway(testSubject(ref), concluded('admitted', 4))).toBe(false);
  });
});

describe('the effective state', () => {
  it('gives the same object for the same content, and ends a conclusion that the cloud has caught up with', async () => {
    const { state, nextUpdate, keys, leaves } = await createTestSite();
    const effective = new EffectiveState(state);
    effective.conclude(concluded('quarantined', 0));
    expect(effective.subject(ref)?.state).toBe('quarantined');
    expect(effective.subject(ref)).toBe(effective.subject(ref));
    const options = { thumbprints: [leaves.pump.thumbprint] };
    const behind = await nextUpdate([{ op: 'put-subject', subject: testSubject(ref, {}, options) }]);
    state.applyUpdate(behind.token, keys);
    expect(effective.reconcile(ref)).toBe(false);
    expect(effective.subject(ref)?.state).toBe('quarantined');
    const subject = testSubject(ref, { evidence: fullEvidence() }, options);
    state.applyUpdate((await nextUpdate([{ op: 'put-subject', subject }])).token, keys);
    expect(effective.reconcile(ref)).toBe(true);
    expect(effective.subject(ref)?.state).toBe('admitted');
  });
});
