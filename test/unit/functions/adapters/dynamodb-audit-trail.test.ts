import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../../../core/contracts/audit-record.ts';
import { DynamodbAuditTrail } from '../../../../functions/adapters/dynamodb/dynamodb-audit-trail.ts';
import { newAuditChain } from '../../../../functions/adapters/ports/audit-trail.ts';
import { auditChain } from '../../../fixtures/audit.ts';
import { NORTH } from '../../../fixtures/site.ts';

const documents = mockClient(DynamoDBDocumentClient);
const trail = new DynamodbAuditTrail(
  DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' })),
  'audit',
);
const WRITER = 'north:gw-1/boot-0';
const [RECORD, OTHER] = auditChain(2, WRITER) as [AuditRecord, AuditRecord];
const taken = new ConditionalCheckFailedException({ message: 'taken', $metadata: {} });

beforeEach(() => {
  documents.reset();
});

describe('DynamodbAuditTrail', () => {
  it('writes a record once under writer and number, with what the index of the site orders by', async () => {
    documents.on(PutCommand).resolves({});
    expect(await trail.keep(RECORD)).toBe('kept');
    expect(documents.commandCalls(PutCommand)[0]?.args[0].input).toEqual({
      TableName: 'audit',
      Item: { pk: `WRITER#${WRITER}`, sk: '000000000001', site: 'north', at: RECORD.at, record: RECORD },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  });

  it('tells the same record from another one under its number', async () => {
    documents.on(PutCommand).rejects(taken);
    documents.on(GetCommand).resolves({ Item: { record: RECORD } });
    expect(await trail.keep(RECORD)).toBe('held');
    documents.on(GetCommand).resolves({ Item: { record: { ...OTHER, seq: 1 } } });
    expect(await trail.keep(RECORD)).toBe('forked');
  });

  it('throws when the table is not there for it', async () => {
    documents.on(PutCommand).rejects(new Error('throttled'));
    await expect(trail.keep(RECORD)).rejects.toThrow('throttled');
  });

  it('reads on behind a number, strongly consistent', async () => {
    documents.on(QueryCommand).resolves({ Items: [{ record: OTHER }] });
    expect(await trail.recordsAfter(WRITER, 1, 10)).toEqual([OTHER]);
    expect(documents.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
      ExpressionAttributeValues: { ':pk': `WRITER#${WRITER}`, ':after': '000000000001' },
      ConsistentRead: true,
      Limit: 10,
    });
  });

  it('changes a chain only on the ground it was read on, and outside the index of the site', async () => {
    documents.on(PutCommand).resolves({});
    const chain = newAuditChain(NORTH, WRITER);
    await trail.putChain({ ...chain, version: 1 });
    await trail.putChain({ ...chain, version: 2 });
    const [first, second] = documents.commandCalls(PutCommand).map(({ args }) => args[0].input);
    expect(first?.ConditionExpression).toBe('attribute_not_exists(pk)');
    expect(second?.ExpressionAttributeValues).toEqual({ ':before': 1 });
    expect(Object.keys(second?.Item ?? {})).toEqual(['pk', 'sk', 'chain']);
    documents.on(PutCommand).rejects(taken);
    expect(await trail.putChain({ ...chain, version: 2 })).toBe(false);
  });

  it('keeps the first checkpoint of a number', async () => {
    documents.on(PutCommand).rejects(taken);
    await expect(trail.keepCheckpoint(WRITER, 1, 'token')).resolves.toBeUndefined();
  });
});
