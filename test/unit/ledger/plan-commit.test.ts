import { describe, expect, it } from 'vitest';
import { AUDIT_GENESIS, recordHash } from '../../../core/audit/audit-chain.ts';
import type { AuditEntry } from '../../../core/contracts/audit-record.ts';
import { entityRef, siteId } from '../../../core/contracts/identifiers.ts';
import { GENESIS_DIGEST, type StateChange, StateUpdateSchema } from '../../../core/contracts/site-state.ts';
import { groupIntents, MAX_COMMIT_CHANGES } from '../../../core/ledger/group-intents.ts';
import { intent, isSilent, type LedgerIntent } from '../../../core/ledger/ledger-intent.ts';
import { genesisLedger, LedgerRecordSchema } from '../../../core/ledger/ledger-record.ts';
import { type PlannedCommit, planCommit } from '../../../core/ledger/plan-commit.ts';
import { canonicalDigest } from '../../../core/signing/digest.ts';
import { TEST_NOW_MS } from '../../fixtures/pki.ts';
import { testDevice, testSubject } from '../../fixtures/site.ts';

const NORTH = siteId('north');
const PUMP = entityRef('device', 'north:pump-3');
const put: StateChange = { op: 'put-subject', subject: testSubject(PUMP) };
const entry = (event: string): AuditEntry => ({ event, outcome: 'success', reasons: [], details: {} });
const told = (cause = 'posture-assessed', parts: Partial<LedgerIntent> = {}): LedgerIntent =>
  intent(cause, { changes: [put], ...parts });

function planned(intents: readonly LedgerIntent[], ledger = genesisLedger(NORTH)): PlannedCommit {
  const plan = planCommit(ledger, intents, TEST_NOW_MS);
  if (!plan.ok) throw new Error(plan.code);
  return plan.value;
}

describe('planning a commit', () => {
  it('extends the chain of updates by one, and the ledger names the digest of the last', () => {
    const first = planned([told()]);
    const second = planned([told()], first.ledger);
    expect(StateUpdateSchema.parse(first.update)).toMatchObject({ seq: 1, previousDigest: GENESIS_DIGEST });
    expect(first.ledger).toMatchObject({ seq: 1, digest: canonicalDigest(first.update ?? null), commits: 1 });
    expect(second.update).toMatchObject({ seq: 2, previousDigest: first.ledger.digest });
    expect(LedgerRecordSchema.parse(second.ledger)).toEqual(second.ledger);
  });

  it('takes no step in the chain of updates for what gateways need not know', () => {
    const plan = planned([intent('claim-issued', { audit: [entry('claim-issued')] })]);
    expect(plan.update).toBeNull();
    expect(plan.ledger).toMatchObject({ seq: 0, digest: GENESIS_DIGEST, commits: 1, auditSeq: 1 });
  });

  it('chains audit records in the order in which they were told', () => {
    const plan = planned([
      told('a-cause', { audit: [entry('one'), entry('two')] }),
      told('b', { audit: [entry('three')] }),
    ]);
    expect(plan.records.map(({ event, seq }) => [event, seq])).toEqual([
      ['one', 1],
      ['two', 2],
      ['three', 3],
    ]);
    expect(plan.records.map(({ previousHash }) => previousHash)).toEqual([
      AUDIT_GENESIS.hash,
      plan.records[0]?.hash,
      plan.records[1]?.hash,
    ]);
    expect(plan.records.every((record) => recordHash(record) === record.hash)).toBe(true);
    expect(plan.ledger).toMatchObject({ auditSeq: 3, auditHash: plan.records[2]?.hash });
  });

  it('names the cause when there is one, and says so when there are several', () => {
    expect(planned([told('one'), told('one')]).update?.cause).toBe('one');
    expect(planned([told('one'), told('two')]).update?.cause).toBe('several-causes');
  });

  it('moves the content revision with entities and policy, the policy revision with policy and gateways', () => {
    const device = intent('x', { writes: [{ write: 'put-entity', entity: testDevice('a'), expectedVersion: 0 }] });
    const policy = intent('x', {
      writes: [{ write: 'delete-policy-item', type: 'policy', id: 'p', expectedVersion: 1 }],
    });
    expect(planned([device]).ledger).toMatchObject({ contentRevision: 1, policyRevision: 0 });
    expect(planned([policy]).ledger).toMatchObject({ contentRevision: 1, policyRevision: 1 });
    expect(planned([told()]).ledger).toMatchObject({ contentRevision: 0, policyRevision: 0 });
  });

  it('announces a bundle only when the content is still what it was compiled from', () => {
    const bundle = { version: 1, digest: 'b'.repeat(64), contentRevision: 4 };
    const ledger = { ...genesisLedger(NORTH), contentRevision: 4 };
    expect(planned([told('bundle-published', { bundle })], ledger).ledger).toMatchObject({
      bundleVersion: 1,
      bundleDigest: bundle.digest,
      bundledRevision: 4,
    });
    const changed = planCommit({ ...ledger, contentRevision: 5 }, [told('bundle-published', { bundle })], TEST_NOW_MS);
    expect(changed).toMatchObject({ ok: false, code: 'content-changed' });
  });
});

describe('grouping intents', () => {
  it('keeps every intent, whole and in order, within what one commit holds', () => {
    const intents = Array.from({ length: 150 }, (_, index) => told(`cause-${index}`, { audit: [entry('seen')] }));
    const groups = groupIntents(intents);
    expect(groups.flat()).toEqual(intents);
    for (const group of groups)
      expect(group.flatMap(({ changes }) => changes).length).toBeLessThanOrEqual(MAX_COMMIT_CHANGES);
  });

  it('opens a new group before a message grows too large for the broker', () => {
    const large: StateChange = {
      op: 'put-subject',
      subject: { ...testSubject(PUMP), certificates: [], evidence: [] },
    };
    const heavy = intent('heavy', { changes: Array.from({ length: 60 }, () => large) });
    expect(groupIntents([heavy, heavy]).length).toBe(2);
  });

  it('refuses an intent that no commit holds', () => {
    const impossible = intent('x', { changes: Array.from({ length: MAX_COMMIT_CHANGES + 1 }, () => put) });
    expect(() => groupIntents([impossible])).toThrow('ERR_LEDGER_INTENT_SIZE');
  });

  it('calls an intent silent when only its items change', () => {
    expect(isSilent(intent('x', { writes: [{ write: 'revoke-certificate', thumbprint: 'a' }] }))).toBe(true);
    expect(isSilent(told())).toBe(false);
  });
});
