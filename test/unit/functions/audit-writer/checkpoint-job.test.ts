import { beforeEach, describe, expect, it } from 'vitest';
import { verifyChain } from '../../../../core/audit/verify-chain.ts';
import type { AuditRecord } from '../../../../core/contracts/audit-record.ts';
import { genesisLedger, type LedgerRecord } from '../../../../core/ledger/ledger-record.ts';
import { newAuditChain } from '../../../../functions/adapters/ports/audit-trail.ts';
import { createHandler } from '../../../../functions/audit-writer/handler.ts';
import { FakeAuditTrail } from '../../../fakes/fake-audit-trail.ts';
import { FakeCertificateDirectory } from '../../../fakes/fake-certificate-directory.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';
import { auditChain } from '../../../fixtures/audit.ts';
import { createTestSigner, TEST_NOW_MS } from '../../../fixtures/pki.ts';
import { NORTH } from '../../../fixtures/site.ts';

const CLOUD = 'cloud:north';
const GATEWAY = 'north:gw-1/a1b7a4de-0d3e-4c64-8f57-0f2b9c3d4e02-0';
const signer = createTestSigner('audit-1');

function createStage() {
  const trail = new FakeAuditTrail();
  const recorded = recordedLog();
  const clock = { nowMs: TEST_NOW_MS };
  let ledger: LedgerRecord = genesisLedger(NORTH);
  const handler = createHandler({
    sites: [NORTH],
    directory: new FakeCertificateDirectory(),
    trail,
    readLedger: () => Promise.resolve(ledger),
    signer: () => Promise.resolve(signer),
    surroundings: { nowMs: () => clock.nowMs },
    ...recorded,
  });
  return {
    trail,
    recorded,
    clock,
    run: () => handler({ job: 'checkpoint' }),
    /** The control plane's chain as its commits leave it. */
    commit: (records: readonly AuditRecord[]) => {
      trail.put(...records);
      const last = records.at(-1);
      if (last !== undefined) ledger = { ...ledger, auditSeq: last.seq, auditHash: last.hash };
    },
    chain: (writer: string) => trail.known.get(`north ${writer}`),
    breaks: () => recorded.lines.filter(({ code }) => code === 'audit-chain-broken'),
  };
}

let stage: ReturnType<typeof createStage>;
beforeEach(() => {
  stage = createStage();
});

describe('the checkpoint job', () => {
  it("signs where the control plane's chain stands, so that the chain verifies with it", async () => {
    const records = auditChain(5, CLOUD);
    stage.commit(records);
    await stage.run();
    const tokens = stage.trail.checkpoints.map(({ token }) => token);
    expect(stage.trail.checkpoints).toMatchObject([{ writer: CLOUD, seq: 5 }]);
    expect(await verifyChain(records, tokens, signer.jwks)).toMatchObject({ valid: true });
    expect(await verifyChain(records.slice(0, 3), tokens, signer.jwks)).toMatchObject({ code: 'audit-truncated' });
  });

  it('signs nothing twice', async () => {
    stage.commit(auditChain(2, CLOUD));
    await stage.run();
    await stage.run();
    expect(stage.trail.checkpoints).toHaveLength(1);
    stage.commit(auditChain(3, CLOUD));
    await stage.run();
    expect(stage.trail.checkpoints.map(({ seq }) => seq)).toEqual([2, 3]);
  });

  it('signs for a site without any record nothing at all', async () => {
    await stage.run();
    expect(stage.trail.checkpoints).toEqual([]);
  });

  it('follows a chain that is longer than one read', async () => {
    stage.commit(auditChain(450, CLOUD));
    await stage.run();
    expect(stage.trail.checkpoints).toMatchObject([{ seq: 450 }]);
  });

  it('sees a record that was taken out of the middle', async () => {
    stage.commit(auditChain(4, CLOUD));
    stage.trail.rows.get(CLOUD)?.delete(3);
    await stage.run();
    expect(stage.chain(CLOUD)).toMatchObject({ seq: 2, broken: { seq: 3, code: 'audit-dropped' } });
    expect(stage.breaks()).toMatchObject([{ reason: 'audit-dropped', seq: 3 }]);
  });

  it('sees that the end was cut off, because the ledger knows how long the chain is', async () => {
    stage.commit(auditChain(4, CLOUD));
    stage.trail.rows.get(CLOUD)?.delete(4);
    await stage.run();
    expect(stage.chain(CLOUD)).toMatchObject({ broken: { seq: 4, code: 'audit-dropped' } });
  });

  it('sees a record that was altered, and one that was altered after it had been followed', async () => {
    const records = auditChain(3, CLOUD);
    stage.commit(records);
    stage.trail.rows.get(CLOUD)?.set(2, { ...records[1], outcome: 'failure' });
    await stage.run();
    expect(stage.chain(CLOUD)).toMatchObject({ seq: 1, broken: { seq: 2, code: 'audit-altered' } });

    const later = createStage();
    later.trail.put(...auditChain(2, GATEWAY));
    const [, last] = auditChain(2, GATEWAY);
    await later.trail.putChain({ ...newAuditChain(NORTH, GATEWAY), seq: 2, hash: last?.hash ?? '', version: 1 });
    later.trail.rows.get(GATEWAY)?.set(2, { ...last, outcome: 'failure' });
    await later.run();
    expect(later.trail.checkpoints).toEqual([]);
    expect(later.chain(GATEWAY)).toMatchObject({ broken: { code: 'audit-altered' } });
  });

  it("sees that the chain in the table is another than the ledger's", async () => {
    const other = auditChain(2, GATEWAY).at(-1);
    stage.commit(auditChain(2, CLOUD));
    stage.commit([{ ...(auditChain(2, CLOUD)[1] as AuditRecord), hash: other?.hash ?? '' }]);
    stage.trail.put(...auditChain(2, CLOUD));
    await stage.run();
    expect(stage.chain(CLOUD)).toMatchObject({ broken: { seq: 2, code: 'audit-altered' } });
  });

  it('signs the chain of a gateway up to a gap, and is loud when the gap stays', async () => {
    const [first, , third] = auditChain(3, GATEWAY) as [AuditRecord, AuditRecord, AuditRecord];
    stage.trail.put(first, third);
    await stage.trail.putChain({ ...newAuditChain(NORTH, GATEWAY), version: 1 });
    await stage.run();
    expect(stage.trail.checkpoints).toMatchObject([{ writer: GATEWAY, seq: 1 }]);
    expect(stage.breaks()).toEqual([]);
    stage.clock.nowMs += 15 * 60 * 1000;
    await stage.run();
    expect(stage.breaks()).toMatchObject([{ seq: 2, reason: 'audit-dropped' }]);
    expect(stage.chain(GATEWAY)?.broken).toBeNull();
  });

  it('treats the other chains when one fails, and fails then', async () => {
    stage.commit(auditChain(1, CLOUD));
    stage.trail.put(...auditChain(1, GATEWAY));
    await stage.trail.putChain({ ...newAuditChain(NORTH, GATEWAY), version: 1 });
    const records = stage.trail.recordsAfter.bind(stage.trail);
    stage.trail.recordsAfter = (writer, seq, limit) =>
      writer === CLOUD ? Promise.reject(new Error('away')) : records(writer, seq, limit);
    await expect(stage.run()).rejects.toMatchObject({ code: 'ERR_CHECKPOINT' });
    expect(stage.trail.checkpoints).toMatchObject([{ writer: GATEWAY }]);
  });
});
