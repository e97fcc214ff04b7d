import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AUDIT_GENESIS, appendAudit } from '../../../../core/audit/audit-chain.ts';
import type { AuditRecord } from '../../../../core/contracts/audit-record.ts';
import { entityRef } from '../../../../core/contracts/identifiers.ts';
import { genesisLedger } from '../../../../core/ledger/ledger-record.ts';
import { createHandler } from '../../../../functions/audit-writer/handler.ts';
import { FakeAuditTrail } from '../../../fakes/fake-audit-trail.ts';
import { FakeCertificateDirectory } from '../../../fakes/fake-certificate-directory.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';
import { auditChain } from '../../../fixtures/audit.ts';
import { createTestPki, createTestSigner, TEST_NOW_MS, type TestLeaf } from '../../../fixtures/pki.ts';
import { queueEvent, type RuleMessage, ruleBody } from '../../../fixtures/rule-messages.ts';
import { NORTH } from '../../../fixtures/site.ts';

const WRITER = 'north:gw-1/a1b7a4de-0d3e-4c64-8f57-0f2b9c3d4e02-0';
const [FIRST, SECOND, THIRD, FOURTH] = auditChain(4, WRITER) as [AuditRecord, AuditRecord, AuditRecord, AuditRecord];
let gateway: TestLeaf;
let neighbour: TestLeaf;

beforeAll(async () => {
  const pki = await createTestPki();
  gateway = await pki.issue(entityRef('gateway', 'north:gw-1'));
  neighbour = await pki.issue(entityRef('gateway', 'north:gw-2'));
});

function createStage() {
  const trail = new FakeAuditTrail();
  const recorded = recordedLog();
  const directory = new FakeCertificateDirectory(gateway, neighbour);
  const handler = createHandler({
    sites: [NORTH],
    directory,
    trail,
    readLedger: (site) => Promise.resolve(genesisLedger(site)),
    signer: () => Promise.resolve(createTestSigner('audit-1')),
    surroundings: { nowMs: () => TEST_NOW_MS },
    ...recorded,
  });
  const send = async (...messages: readonly (AuditRecord | Partial<RuleMessage>)[]) => {
    const bodies = messages.map((one) =>
      ruleBody({ leaf: gateway, channel: 'audit', payload: one, ...('hash' in one ? {} : one) }),
    );
    const { batchItemFailures } = await handler(queueEvent(...bodies));
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  const kept = () => [...(trail.rows.get(WRITER)?.keys() ?? [])].toSorted((left, right) => left - right);
  return { trail, recorded, directory, send, kept, chain: () => trail.known.get(`north ${WRITER}`) };
}

let stage: ReturnType<typeof createStage>;
beforeEach(() => {
  stage = createStage();
});

describe('audit-writer', () => {
  it('keeps records and follows their chain', async () => {
    expect(await stage.send(FIRST, SECOND, THIRD)).toEqual([]);
    expect(stage.kept()).toEqual([1, 2, 3]);
    expect(stage.chain()).toMatchObject({ seq: 3, hash: THIRD.hash, broken: null, gapSince: null });
  });

  it('keeps each record once, however often it comes', async () => {
    await stage.send(FIRST);
    expect(await stage.send(FIRST, FIRST)).toEqual([]);
    expect(stage.recorded.counted).toEqual(['AuditRecordStored']);
  });

  it('waits at a missing record and goes on when it has come', async () => {
    await stage.send(FIRST, THIRD);
    expect(stage.chain()).toMatchObject({ seq: 1, broken: null });
    expect(stage.chain()?.gapSince).not.toBeNull();
    await stage.send(FOURTH);
    await stage.send(SECOND);
    expect(stage.chain()).toMatchObject({ seq: 4, hash: FOURTH.hash, gapSince: null });
  });

  it('sees that a chain does not hold, says so once and vouches for nothing behind it', async () => {
    const other = { ...THIRD, previousHash: FIRST.hash };
    stage.trail.put(FIRST, SECOND);
    stage.trail.rows.get(WRITER)?.set(3, other);
    await stage.send(FOURTH);
    await stage.send(FOURTH);
    expect(stage.chain()).toMatchObject({ seq: 2, broken: { seq: 3, code: 'audit-altered' } });
    expect(stage.recorded.counted.filter((name) => name === 'AuditChainBroken')).toHaveLength(1);
  });

  it('sends back another record under a number that is taken, and leaves the first', async () => {
    await stage.send(FIRST);
    const forked = appendAudit(
      { site: NORTH, writer: WRITER },
      AUDIT_GENESIS,
      { event: 'session-denied', outcome: 'denied', reasons: [], details: {} },
      FIRST.at,
    );
    expect(await stage.send(forked)).toEqual(['m1']);
    expect(stage.trail.rows.get(WRITER)?.get(1)).toEqual(FIRST);
    expect(stage.recorded.lines.at(-1)).toMatchObject({ code: 'audit-record-refused', reason: 'audit-forked' });
  });

  it.each<[string, () => Partial<RuleMessage>, string]>([
    ['of a neighbour', () => ({ leaf: neighbour, payload: FIRST }), 'audit-foreign-writer'],
    ['in the name of the control plane', () => ({ payload: auditChain(1)[0] }), 'audit-foreign-writer'],
    ['that was altered', () => ({ payload: { ...FIRST, outcome: 'denied' } }), 'audit-altered'],
    [
      'with a fraction that was never hashed',
      () => ({ payload: { ...FIRST, details: { index: 0.5 } } }),
      'audit-altered',
    ],
    ['with an unknown member', () => ({ payload: { ...FIRST, more: 1 } }), 'audit-malformed'],
    ['that is not JSON', () => ({ payload: '{' }), 'audit-malformed'],
    [
      'under a foreign topic',
      () => ({ topic: 'vg/1/north/g/north:gw-2/audit', payload: FIRST }),
      'sender-foreign-topic',
    ],
  ])('sends back a record %s, so that a person sees it', async (_name, message, reason) => {
    expect(await stage.send(message(), SECOND)).toEqual(['m1']);
    expect(stage.recorded.lines).toMatchObject([{ code: 'audit-record-refused', reason }]);
    expect(stage.kept()).toEqual([2]);
  });

  it('sends back a record whose chain could not be made known: the next time it is', async () => {
    stage.trail.fault = new Error('throttled');
    expect(await stage.send(FIRST)).toEqual(['m1']);
    stage.trail.fault = null;
    expect(await stage.send(FIRST)).toEqual([]);
    expect(stage.chain()).toMatchObject({ seq: 1 });
  });

  it('sends back everything while the directory cannot be asked', async () => {
    stage.directory.fault = new Error('away');
    expect(await stage.send(FIRST, SECOND)).toEqual(['m1', 'm2']);
  });
});
