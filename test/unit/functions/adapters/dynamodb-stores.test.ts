import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { sealUpdate, updateDigest } from '../../../../core/bundle/seal-state.ts';
import { entityRef, siteId, timestamp } from '../../../../core/contracts/identifiers.ts';
import type { StateUpdate } from '../../../../core/contracts/site-state.ts';
import { genesisLedger, type LedgerRecord } from '../../../../core/ledger/ledger-record.ts';
import { newSubjectRecord } from '../../../../core/ledger/subject-record.ts';
import { DynamodbClaimStore } from '../../../../functions/adapters/dynamodb/dynamodb-claim-store.ts';
import { DynamodbOutboxStore } from '../../../../functions/adapters/dynamodb/dynamodb-outbox-store.ts';
import { DynamodbSiteReader } from '../../../../functions/adapters/dynamodb/dynamodb-site-reader.ts';
import { DynamodbSiteReference } from '../../../../functions/adapters/dynamodb/dynamodb-site-reference.ts';
import { DynamodbSiteState } from '../../../../functions/adapters/dynamodb/dynamodb-site-state.ts';
import { readOutboxImage } from '../../../../functions/adapters/dynamodb/outbox-image.ts';
import { RevisionCache } from '../../../../functions/adapters/dynamodb/revision-cache.ts';
import { createTestSigner, TEST_NOW_MS } from '../../../fixtures/pki.ts';
import { PUMP_REFERENCE } from '../../../fixtures/posture-samples.ts';
import { testDevice, testSubject } from '../../../fixtures/site.ts';

const NORTH = siteId('north');
const PUMP = entityRef('device', 'north:pump-3');
const dynamo = mockClient(DynamoDBDocumentClient);
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
beforeEach(() => dynamo.reset());
const conditionFailed = new ConditionalCheckFailedException({ message: 'no', $metadata: {} });

describe('reading a site', () => {
  const reader = new DynamodbSiteReader(documents, { identity: 'identity', trust: 'trust' });
  const subject = {
    pk: 'SITE#north',
    sk: 'SUBJECT#device#north:pump-3',
    record: { ...newSubjectRecord(PUMP), version: 1 },
  };

  it('takes one round trip for ledger, subject, entity and certificate, and asks again for what was left over', async () => {
    const entity = { pk: 'SITE#north', sk: 'ENTITY#device#north:pump-3', document: testDevice('pump-3') };
    const ledger = { pk: 'SITE#north', sk: 'LEDGER', record: { ...genesisLedger(NORTH), seq: 3 } };
    dynamo
      .on(BatchGetCommand)
      .resolvesOnce({
        Responses: { trust: [subject, ledger] },
        UnprocessedKeys: { identity: { Keys: [{ pk: entity.pk, sk: entity.sk }] } },
      })
      .resolves({ Responses: { identity: [entity] } });
    const facts = await reader.load({ site: NORTH, refs: [PUMP, PUMP], thumbprints: ['a'.repeat(64)] });
    expect(facts.ledger.seq).toBe(3);
    expect(facts.subjects.get('device/north:pump-3')?.version).toBe(1);
    expect(facts.entities.get('device/north:pump-3')?.id).toBe('north:pump-3');
    expect(facts.certificates.size).toBe(0);
    const [first] = dynamo.commandCalls(BatchGetCommand);
    expect(first?.args[0].input.RequestItems?.['trust']).toMatchObject({ ConsistentRead: true });
    expect(first?.args[0].input.RequestItems?.['identity']?.Keys).toHaveLength(2);
  });

  it('starts a site that has no ledger from nothing', async () => {
    dynamo.on(BatchGetCommand).resolves({ Responses: {} });
    expect((await reader.load({ site: NORTH, refs: [] })).ledger).toEqual(genesisLedger(NORTH));
  });

  it('refuses an item that is not what it should be', async () => {
    dynamo.on(BatchGetCommand).resolves({ Responses: { trust: [{ ...subject, record: { version: 'x' } }] } });
    await expect(reader.load({ site: NORTH, refs: [PUMP] })).rejects.toThrow();
  });

  it('asks the index for those that are due', async () => {
    dynamo.on(QueryCommand).resolves({ Items: [{ sk: 'SUBJECT#device#north:pump-3' }] });
    expect(await reader.due(NORTH, TEST_NOW_MS, 5)).toEqual([PUMP]);
    expect(dynamo.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({ IndexName: 'due', Limit: 5 });
  });
});

describe('what is kept by revision', () => {
  it('is read once a revision, again for a newer one, and again after a failure', async () => {
    const cache = new RevisionCache<number>();
    let reads = 0;
    const read = () => Promise.resolve(++reads);
    expect(await cache.at(NORTH, 1, read)).toBe(1);
    expect(await cache.at(NORTH, 1, read)).toBe(1);
    expect(await cache.at(NORTH, 2, read)).toBe(2);
    await expect(cache.at(NORTH, 3, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.at(NORTH, 3, read)).toBe(3);
  });

  it('sorts the policy table into what assessments compare with', async () => {
    dynamo.on(QueryCommand).resolves({ Items: [] });
    dynamo
      .on(QueryCommand, { ExpressionAttributeValues: { ':pk': 'SITE#north', ':prefix': 'REFERENCE#' } })
      .resolves({ Items: [{ item: { type: 'reference', document: PUMP_REFERENCE } }] });
    const reference = new DynamodbSiteReference(documents, 'policy');
    expect(await reference.at(NORTH, 1)).toEqual({ references: [PUMP_REFERENCE], indicators: [], protections: [] });
  });
});

describe('the state of a site', () => {
  const signer = createTestSigner('state');
  const update = (seq: number, previousDigest: string): StateUpdate => ({
    schema: 'vitalgate.state-update/1',
    site: NORTH,
    epoch: 1,
    seq,
    issuedAt: timestamp(TEST_NOW_MS),
    previousDigest,
    cause: 'test',
    changes: [{ op: 'put-subject', subject: testSubject(PUMP, { state: seq === 1 ? 'admitted' : 'quarantined' }) }],
  });
  const first = update(1, genesisLedger(NORTH).digest);
  const second = update(2, updateDigest(first));
  const at = (one: StateUpdate): LedgerRecord => ({ ...genesisLedger(NORTH), seq: one.seq, digest: updateDigest(one) });

  async function stateAt(...ledgers: readonly LedgerRecord[]) {
    let reads = 0;
    const state = new DynamodbSiteState(documents, 'trust', () =>
      Promise.resolve(ledgers[Math.min(reads++, ledgers.length - 1)] ?? genesisLedger(NORTH)),
    );
    const record = { ...newSubjectRecord(PUMP), version: 1, announced: testSubject(PUMP) };
    dynamo.on(QueryCommand).callsFake(async ({ ExpressionAttributeValues: values }) => {
      if (values[':prefix'] === 'SUBJECT#') return { Items: [{ record }] };
      if (values[':prefix'] !== undefined) return { Items: [] };
      return { Items: [{ token: await sealUpdate(second, signer) }] };
    });
    return state;
  }

  it('is read once, and brought up to date by the updates since', async () => {
    const state = await stateAt(at(first), at(first), at(second));
    expect((await state.current(NORTH)).view.subject(PUMP)?.state).toBe('admitted');
    const { ledger, view } = await state.current(NORTH);
    expect(view.subject(PUMP)?.state).toBe('quarantined');
    expect(view.position).toEqual({ epoch: 1, seq: 2, digest: ledger.digest });
    const whole = dynamo.commandCalls(QueryCommand).filter(({ args }) => {
      return args[0].input.ExpressionAttributeValues?.[':prefix'] === 'SUBJECT#';
    });
    expect(whole).toHaveLength(1);
  });

  it('includes what was committed while it was being read', async () => {
    const state = await stateAt(at(first), at(second));
    expect((await state.current(NORTH)).view.position.seq).toBe(2);
  });

  it('is read anew when the updates do not lead to where the ledger stands', async () => {
    const elsewhere = { ...at(second), digest: 'f'.repeat(64) };
    const state = await stateAt(at(first), elsewhere, at(second), at(second));
    expect((await state.current(NORTH)).view.position.seq).toBe(2);
  });
});

describe('claims', () => {
  const claims = new DynamodbClaimStore(documents, 'identity');
  const use = { requestDigest: 'a'.repeat(64), at: timestamp(TEST_NOW_MS) };

  it('are spent once: the condition of the table decides', async () => {
    dynamo.on(UpdateCommand).resolvesOnce({}).rejects(conditionFailed);
    expect(await claims.reserve('d', use)).toBe(true);
    expect(await claims.reserve('d', use)).toBe(false);
  });

  it('keep the first certificate that was issued for them', async () => {
    const record = {
      digest: 'd'.repeat(64),
      subject: PUMP,
      issuedBy: 'jo',
      issuedAt: timestamp(TEST_NOW_MS),
      expiresAt: timestamp(TEST_NOW_MS),
      use,
    };
    dynamo.on(UpdateCommand).rejects(conditionFailed);
    dynamo.on(GetCommand).resolves({ Item: { record, certificatePem: 'the first' } });
    expect(await claims.keepCertificate(record.digest, 'the second')).toBe('the first');
  });
});

describe('the outbox', () => {
  it('counts a row as published when it is marked or gone', async () => {
    const outbox = new DynamodbOutboxStore(documents, 'trust');
    const row = { pk: 'SITE#north', sk: 'OUTBOX#1' };
    dynamo
      .on(GetCommand)
      .resolvesOnce({ Item: row })
      .resolvesOnce({ Item: { ...row, publishedAtMs: 1 } })
      .resolves({});
    expect([await outbox.isPublished(row), await outbox.isPublished(row), await outbox.isPublished(row)]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('is read from the stream as it was written, and nothing else is', () => {
    const row = {
      pk: 'SITE#north',
      sk: 'OUTBOX#000000000001',
      site: 'north',
      seq: 1,
      policyRevision: 2,
      token: 'a.b.c',
      events: [{ type: 'trust.changed', detail: { level: 1, previous: null } }],
      effects: [{ effect: 'contain-thing', thing: 'north:pump-3' }],
      createdAtMs: 5,
    };
    expect(readOutboxImage(marshall({ ...row, expiresAtEpochSeconds: 9 }))).toEqual(row);
    expect(readOutboxImage(marshall({ pk: 'SITE#north', sk: 'LEDGER' }))).toBeUndefined();
    expect(readOutboxImage(undefined)).toBeUndefined();
  });
});
