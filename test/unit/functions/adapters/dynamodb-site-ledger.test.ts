import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { SiteState } from '../../../../core/bundle/site-state.ts';
import { entityRef, siteId } from '../../../../core/contracts/identifiers.ts';
import { intent, type LedgerIntent } from '../../../../core/ledger/ledger-intent.ts';
import { genesisLedger, type LedgerRecord } from '../../../../core/ledger/ledger-record.ts';
import { newSubjectRecord } from '../../../../core/ledger/subject-record.ts';
import { DynamodbSiteLedger } from '../../../../functions/adapters/dynamodb/dynamodb-site-ledger.ts';
import { FakeStatePublisher } from '../../../fakes/fake-state-publisher.ts';
import { fixedSurroundings } from '../../../fakes/fixed-surroundings.ts';
import { createTestSigner, TEST_NOW_MS } from '../../../fixtures/pki.ts';
import { testSubject } from '../../../fixtures/site.ts';

const NORTH = siteId('north');
const PUMP = entityRef('device', 'north:pump-3');
const dynamo = mockClient(DynamoDBDocumentClient);
beforeEach(() => dynamo.reset());

const told: LedgerIntent = intent('posture-assessed', {
  changes: [{ op: 'put-subject', subject: testSubject(PUMP) }],
  writes: [{ write: 'put-subject', record: { ...newSubjectRecord(PUMP), version: 2 }, expectedVersion: 1 }],
  audit: [{ event: 'posture-assessed', outcome: 'success', reasons: [], details: {} }],
  events: [{ type: 'posture.assessed', detail: { site: 'north' } }],
});
const silent = intent('posture-assessed', { writes: told.writes });

function ledgerWorld() {
  const publisher = new FakeStatePublisher();
  const signer = createTestSigner('state-1');
  const surroundings = fixedSurroundings(TEST_NOW_MS);
  const failed: number[] = [];
  const ledger = new DynamodbSiteLedger({
    documents: DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' })),
    tables: { identity: 'identity', trust: 'trust', policy: 'policy', audit: 'audit' },
    signer: () => Promise.resolve(signer),
    publisher,
    surroundings,
    onPublishFailed: (_site, seq) => failed.push(seq),
  });
  return { ledger, publisher, signer, surroundings, failed };
}

/** What the service answers when the conditions at these places do not hold. */
const cancelled = (...codes: readonly string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const NONE = 'None';
const FAILED = 'ConditionalCheckFailed';

const transactions = (): NonNullable<TransactWriteCommandInput['TransactItems']>[] =>
  dynamo.commandCalls(TransactWriteCommand).map(({ args }) => args[0].input.TransactItems ?? []);

describe('a commit', () => {
  it('is one transaction of ledger, outbox, audit and items, and is published after it', async () => {
    const world = ledgerWorld();
    const order: string[] = [];
    dynamo.on(TransactWriteCommand).callsFake(() => order.push('committed'));
    dynamo.on(UpdateCommand).callsFake(() => order.push('marked'));
    const publish = world.publisher.publish.bind(world.publisher);
    world.publisher.publish = (site, topic, token) => {
      order.push('published');
      return publish(site, topic, token);
    };
    const committed = await world.ledger.commit(NORTH, [told], genesisLedger(NORTH));
    expect(committed).toMatchObject({ ok: true, value: { ledger: { seq: 1, commits: 1, auditSeq: 1 } } });
    expect(order).toEqual(['committed', 'published', 'marked']);
    const [items = []] = transactions();
    expect(items.map(({ Put }) => [Put?.TableName, Put?.Item?.['sk']])).toEqual([
      ['trust', 'LEDGER'],
      ['trust', 'OUTBOX#000000000001'],
      ['audit', '000000000001'],
      ['trust', 'SUBJECT#device#north:pump-3'],
    ]);
    expect(items[1]?.Put?.Item?.['token']).toBe(world.publisher.sent[0]?.token);
  });

  it('publishes an update that a gateway verifies', async () => {
    const world = ledgerWorld();
    dynamo.on(TransactWriteCommand).resolves({});
    await world.ledger.commit(NORTH, [told], genesisLedger(NORTH));
    const [sent] = world.publisher.sent;
    const state = new SiteState(NORTH);
    // An epoch begins with a snapshot; the signature is judged before that.
    expect(state.applyUpdate(sent?.token ?? '', world.signer.jwks)).toMatchObject({ code: 'state-epoch' });
    expect(state.applyUpdate(sent?.token ?? '', createTestSigner('other').jwks)).toMatchObject({
      code: 'state-signature',
    });
  });

  it('is conditional on the ledger that it extends', async () => {
    const world = ledgerWorld();
    const known: LedgerRecord = { ...genesisLedger(NORTH), commits: 9, seq: 4, digest: 'd'.repeat(64) };
    dynamo.on(TransactWriteCommand).resolves({});
    await world.ledger.commit(NORTH, [told], known);
    expect(transactions()[0]?.[0]?.Put?.ExpressionAttributeValues).toEqual({
      ':commits': 9,
      ':seq': 4,
      ':digest': known.digest,
    });
  });

  it('plans and signs again on the newer ledger when another commit was faster', async () => {
    const world = ledgerWorld();
    const newer: LedgerRecord = { ...genesisLedger(NORTH), commits: 5, seq: 5, digest: 'e'.repeat(64), auditSeq: 7 };
    dynamo
      .on(TransactWriteCommand)
      .rejectsOnce(cancelled(FAILED, FAILED, FAILED, NONE))
      .resolves({});
    dynamo.on(GetCommand).resolves({ Item: { record: newer } });
    const committed = await world.ledger.commit(NORTH, [told], genesisLedger(NORTH));
    expect(committed).toMatchObject({ ok: true, value: { ledger: { seq: 6, auditSeq: 8 } } });
    expect(transactions()).toHaveLength(2);
  });

  it('says stale when what it rests on has changed, and publishes nothing', async () => {
    const world = ledgerWorld();
    dynamo.on(TransactWriteCommand).rejects(cancelled(NONE, NONE, NONE, FAILED));
    expect(await world.ledger.commit(NORTH, [told], genesisLedger(NORTH))).toMatchObject({ code: 'ledger-stale' });
    expect(world.publisher.sent).toEqual([]);
  });

  it('waits and tries again on a conflict, and gives up in the end', async () => {
    const world = ledgerWorld();
    dynamo.on(TransactWriteCommand).rejects(cancelled('TransactionConflict', NONE, NONE, NONE));
    dynamo.on(GetCommand).resolves({});
    await expect(world.ledger.commit(NORTH, [told])).rejects.toThrow('ERR_LEDGER_BUSY');
    expect(world.surroundings.slept.length).toBeGreaterThan(5);
    expect(Math.max(...world.surroundings.slept)).toBeLessThanOrEqual(120);
  });

  it('stands when the publish fails: the row stays unmarked for the relay', async () => {
    const world = ledgerWorld();
    dynamo.on(TransactWriteCommand).resolves({});
    world.publisher.fault = new Error('no broker');
    expect(await world.ledger.commit(NORTH, [told], genesisLedger(NORTH))).toMatchObject({ ok: true });
    expect(world.failed).toEqual([1]);
    expect(dynamo.commandCalls(UpdateCommand)).toHaveLength(0);
  });

  it('of items alone takes no step in the ledger', async () => {
    const world = ledgerWorld();
    dynamo.on(TransactWriteCommand).resolves({});
    const committed = await world.ledger.commit(NORTH, [silent], genesisLedger(NORTH));
    expect(committed).toMatchObject({ ok: true, value: { token: null, ledger: { commits: 0 } } });
    expect(transactions()[0]).toHaveLength(1);
    dynamo.on(TransactWriteCommand).rejects(cancelled(FAILED));
    expect(await world.ledger.commit(NORTH, [silent], genesisLedger(NORTH))).toMatchObject({ code: 'ledger-stale' });
  });

  it('does not hide a fault of the table', async () => {
    const world = ledgerWorld();
    dynamo.on(TransactWriteCommand).rejects(new Error('access denied'));
    await expect(world.ledger.commit(NORTH, [told], genesisLedger(NORTH))).rejects.toThrow('access denied');
  });
});
