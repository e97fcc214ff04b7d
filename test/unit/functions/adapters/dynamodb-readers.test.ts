import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { appendAudit } from '../../../../core/audit/audit-chain.ts';
import { AUDIT_GENESIS_HASH, type AuditRecord } from '../../../../core/contracts/audit-record.ts';
import { type EntityRef, entityRef, siteId, timestamp } from '../../../../core/contracts/identifiers.ts';
import { DynamodbAliasDirectory } from '../../../../functions/adapters/dynamodb/dynamodb-alias-directory.ts';
import { DynamodbAuditReader } from '../../../../functions/adapters/dynamodb/dynamodb-audit-reader.ts';
import { DynamodbSessionReader } from '../../../../functions/adapters/dynamodb/dynamodb-session-reader.ts';

const NORTH = siteId('north');
const NOON_MS = Date.parse('2026-11-23T12:00:00.000Z');
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-north-1' }));
const mock = mockClient(documents);
beforeEach(() => mock.reset());

const pump = entityRef('device', 'north:pump-3');
const fhir = entityRef('resource', 'north:fhir');

const record = (writer: string, seq: number, atMs: number, subject: EntityRef = pump): AuditRecord =>
  appendAudit(
    { site: NORTH, writer },
    { seq: seq - 1, hash: AUDIT_GENESIS_HASH },
    { event: 'trust-changed', outcome: 'success', subject, reasons: [], details: {} },
    timestamp(atMs),
  );

/** The index: by time, and at the same time in any order; one read gives two items. */
function index(records: readonly AuditRecord[]) {
  const rows = records.map((one) => ({ pk: one.writer, sk: String(one.seq), site: one.site, at: one.at, record: one }));
  mock.on(QueryCommand).callsFake((input) => {
    const from: string = input.ExpressionAttributeValues[':from'];
    const matching = rows
      .filter(({ at }) => at >= from)
      .toSorted((left, right) => (left.at < right.at ? -1 : Number(left.at > right.at)));
    const start =
      input.ExclusiveStartKey === undefined
        ? 0
        : matching.findIndex(({ pk, sk }) => pk === input.ExclusiveStartKey.pk && sk === input.ExclusiveStartKey.sk) +
          1;
    const items = matching.slice(start, start + 2);
    const last = items.at(-1);
    const more = start + 2 < matching.length && last !== undefined;
    return {
      Items: items,
      ...(more ? { LastEvaluatedKey: { pk: last.pk, sk: last.sk, site: last.site, at: last.at } } : {}),
    };
  });
}

async function readAll(limit: number, about?: EntityRef): Promise<string[]> {
  const reader = new DynamodbAuditReader(documents, 'audit');
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await reader.page(NORTH, { limit, cursor, about });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    seen.push(...page.items.map(({ writer, seq }) => `${writer} ${seq}`));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return seen;
}

describe('the audit trail by its index', () => {
  const trail = [
    record('cloud:north', 3, NOON_MS),
    record('cloud:north', 1, NOON_MS, fhir),
    record('cloud:north', 2, NOON_MS),
    record('north:gw-1/b', 1, NOON_MS + 1),
    record('cloud:north', 4, NOON_MS + 2),
    record('cloud:north', 5, NOON_MS + 2, fhir),
  ];
  const inOrder = [
    'cloud:north 1',
    'cloud:north 2',
    'cloud:north 3',
    'north:gw-1/b 1',
    'cloud:north 4',
    'cloud:north 5',
  ];

  it.each([1, 2, 3, 4, 100])('is told in order, nothing lost or repeated, in pages of %i', async (limit) => {
    index(trail);
    expect(await readAll(limit)).toEqual(inOrder);
  });

  it('about one entity holds nothing else', async () => {
    index(trail);
    expect(await readAll(2, fhir)).toEqual(['cloud:north 1', 'cloud:north 5']);
  });

  it('refuses a cursor that it did not give', async () => {
    const reader = new DynamodbAuditReader(documents, 'audit');
    await expect(reader.page(NORTH, { limit: 1, cursor: 'bm8' })).rejects.toMatchObject({ code: 'ERR_CURSOR' });
  });
});

describe('sessions by their index', () => {
  const place = (site: string) =>
    Buffer.from(JSON.stringify({ pk: 'SITE#north', sk: 'SESSION#1', site, at: timestamp(NOON_MS) })).toString(
      'base64url',
    );

  it('are asked for newest first, from the place of the cursor', async () => {
    mock.on(QueryCommand).resolves({ Items: [] });
    await new DynamodbSessionReader(documents, 'session').page(NORTH, { limit: 5, cursor: place('north') });
    expect(mock.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
      IndexName: 'by-site',
      ScanIndexForward: false,
      ExclusiveStartKey: { sk: 'SESSION#1' },
    });
  });

  it('of another site are not reached by a cursor', async () => {
    const reader = new DynamodbSessionReader(documents, 'session');
    await expect(reader.page(NORTH, { limit: 5, cursor: place('south') })).rejects.toMatchObject({
      code: 'ERR_CURSOR',
    });
  });

  it('that nobody told of do not exist', async () => {
    mock.on(GetCommand).resolves({});
    expect(await new DynamodbSessionReader(documents, 'session').find(NORTH, 'x')).toBeUndefined();
  });
});

describe('aliases', () => {
  it('name their holder, and are absent while they are free', async () => {
    mock.on(BatchGetCommand).resolves({
      Responses: { identity: [{ pk: 'SITE#north', sk: 'ALIAS#aaaa', holder: 'resource/north:fhir' }] },
    });
    const holders = await new DynamodbAliasDirectory(documents, 'identity').holders(NORTH, ['aaaa', 'bbbb']);
    expect([...holders]).toEqual([['aaaa', 'resource/north:fhir']]);
  });
});
