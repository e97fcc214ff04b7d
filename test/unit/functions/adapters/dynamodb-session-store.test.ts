import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { entityId, entityRef, timestamp } from '../../../../core/contracts/identifiers.ts';
import { DynamodbSessionStore } from '../../../../functions/adapters/dynamodb/dynamodb-session-store.ts';
import type { SessionRecord } from '../../../../functions/adapters/ports/session-store.ts';
import { TEST_NOW_MS } from '../../../fixtures/pki.ts';
import { GATEWAY_ID, NORTH } from '../../../fixtures/site.ts';

const documents = mockClient(DynamoDBDocumentClient);
const store = new DynamodbSessionStore(
  DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' })),
  'session',
);
const AT = timestamp(TEST_NOW_MS);
const SESSION: SessionRecord = {
  sessionId: '3f0c9f2e-7a52-4b7e-9d1c-5a1f0d8b6a01',
  site: NORTH,
  gateway: GATEWAY_ID,
  bootId: 'a1b7a4de-0d3e-4c64-8f57-0f2b9c3d4e02',
  seq: 4,
  status: 'open',
  subject: entityRef('device', 'north:pump-3'),
  device: null,
  object: entityRef('resource', 'north:fhir'),
  verb: 'tcp:connect',
  direction: 'outbound',
  protocol: 'http',
  thumbprint: 'c'.repeat(64),
  openedAt: AT,
  deadlineAt: null,
  at: AT,
  endedAt: null,
  reasons: [],
};
const ALARM = { seq: 4, at: AT, reasons: ['posture-failing'], protection: entityId('north:protect-1') };
const later = new ConditionalCheckFailedException({ message: 'a later one is held', $metadata: {} });

const inputs = () => documents.commandCalls(UpdateCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  documents.reset();
});

describe('DynamodbSessionStore', () => {
  it('writes a word only over an earlier one, with what the index orders by and an end', async () => {
    documents.on(UpdateCommand).resolves({});
    await store.keep(SESSION, null);
    expect(inputs()).toMatchObject([
      {
        Key: { pk: 'SITE#north', sk: `SESSION#${SESSION.sessionId}` },
        ConditionExpression: 'attribute_not_exists(#attribute) OR #attribute.#seq < :seq',
        ExpressionAttributeValues: { ':value': SESSION, ':seq': 4, ':site': 'north', ':at': AT },
      },
    ]);
    expect(inputs()[0]?.ExpressionAttributeValues?.[':expires']).toBeGreaterThan(TEST_NOW_MS / 1000);
  });

  it('keeps an alarm also when a later word is held', async () => {
    documents.on(UpdateCommand).rejectsOnce(later).resolves({});
    await store.keep(SESSION, ALARM);
    expect(inputs().map(({ ExpressionAttributeNames: names }) => names?.['#attribute'])).toEqual(['record', 'alarm']);
  });

  it('throws for anything but a later word', async () => {
    documents.on(UpdateCommand).rejects(new Error('throttled'));
    await expect(store.keep(SESSION, null)).rejects.toThrow('throttled');
  });
});
