/** How each write of a commit becomes an item with its condition. */
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { refKey, type SiteId, siteOf } from '../../../core/contracts/identifiers.ts';
import { type LedgerWrite, policyItemId } from '../../../core/ledger/ledger-write.ts';
import {
  aliasKey,
  bundleKey,
  certificateKey,
  claimKey,
  entityKey,
  type ItemKey,
  policyItemKey,
  subjectKey,
  withdrawalKey,
} from './keys.ts';

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

export interface LedgerTables {
  readonly identity: string;
  readonly trust: string;
  readonly policy: string;
  readonly audit: string;
}

const MUST_BE_NEW = 'attribute_not_exists(pk)';
/** A spent or expired claim tells nobody anything a week later. */
const CLAIM_KEPT_SECONDS = 7 * 24 * 3600;
/** A bundle's record outlives the bundle by far; the ledger names the one in force. */
const BUNDLE_KEPT_SECONDS = 90 * 24 * 3600;

const epochSeconds = (time: string): number => Math.ceil(Date.parse(time) / 1000);

function put(table: string, key: ItemKey, item: object): TransactItem {
  return { Put: { TableName: table, Item: { ...key, ...item }, ConditionExpression: MUST_BE_NEW } };
}

/** Replaces the item that has this version; version 0 is the one that does not exist. */
function putVersion(table: string, key: ItemKey, item: object, expectedVersion: number): TransactItem {
  if (expectedVersion === 0) return put(table, key, item);
  return {
    Put: {
      TableName: table,
      Item: { ...key, ...item },
      ConditionExpression: '#version = :expected',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':expected': expectedVersion },
    },
  };
}

export function itemOf(write: LedgerWrite, site: SiteId, tables: LedgerTables, nowMs: number): TransactItem {
  switch (write.write) {
    case 'put-subject':
      return subjectItem(write, tables.trust);
    case 'put-entity': {
      const { entity, expectedVersion } = write;
      const document = { version: entity.version, document: entity };
      return putVersion(tables.identity, entityKey(entity), document, expectedVersion);
    }
    case 'delete-entity':
      return removal(tables.identity, entityKey(write.ref), write.expectedVersion);
    case 'take-alias':
      return put(tables.identity, aliasKey(site, write.alias), { holder: refKey(write.ref) });
    case 'free-alias':
      return release(tables.identity, aliasKey(site, write.alias), refKey(write.ref));
    case 'put-certificate':
      return put(tables.identity, certificateKey(write.certificate.thumbprint), { record: write.certificate });
    case 'revoke-certificate':
      return revocation(tables.identity, write.thumbprint);
    case 'put-claim':
      return put(tables.identity, claimKey(write.claim.digest), {
        record: write.claim,
        expiresAtEpochSeconds: epochSeconds(write.claim.expiresAt) + CLAIM_KEPT_SECONDS,
      });
    case 'put-policy-item': {
      const { item, expectedVersion } = write;
      const key = policyItemKey(site, item.type, policyItemId(item));
      return putVersion(tables.policy, key, { version: expectedVersion + 1, item }, expectedVersion);
    }
    case 'delete-policy-item':
      return removal(tables.policy, policyItemKey(site, write.type, write.id), write.expectedVersion);
    case 'put-withdrawal':
      return {
        Put: {
          TableName: tables.trust,
          Item: {
            ...withdrawalKey(site, write.kind, write.id),
            withdrawal: { kind: write.kind, id: write.id, untilBundleVersion: write.untilBundleVersion },
            expiresAtEpochSeconds: epochSeconds(write.expiresAt),
          },
        },
      };
    case 'put-bundle':
      return put(tables.policy, bundleKey(site, write.version), {
        digest: write.digest,
        objectKey: write.objectKey,
        expiresAtEpochSeconds: Math.ceil(nowMs / 1000) + BUNDLE_KEPT_SECONDS,
      });
  }
}

function subjectItem(
  { record, expectedVersion }: Extract<LedgerWrite, { write: 'put-subject' }>,
  table: string,
): TransactItem {
  const due = record.dueAt === null ? {} : { dueSite: siteOf(record.ref.id), dueAt: record.dueAt };
  return putVersion(table, subjectKey(record.ref), { version: record.version, record, ...due }, expectedVersion);
}

const revocation = (table: string, thumbprint: string): TransactItem => ({
  Update: {
    TableName: table,
    Key: { ...certificateKey(thumbprint) },
    UpdateExpression: 'SET #record.#status = :revoked',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: { '#record': 'record', '#status': 'status' },
    ExpressionAttributeValues: { ':revoked': 'revoked' },
  },
});

const removal = (table: string, key: ItemKey, expectedVersion: number): TransactItem => ({
  Delete: {
    TableName: table,
    Key: { ...key },
    ConditionExpression: '#version = :expected',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':expected': expectedVersion },
  },
});

/** Only its holder gives an alias back. */
const release = (table: string, key: ItemKey, holder: string): TransactItem => ({
  Delete: {
    TableName: table,
    Key: { ...key },
    ConditionExpression: '#holder = :holder',
    ExpressionAttributeNames: { '#holder': 'holder' },
    ExpressionAttributeValues: { ':holder': holder },
  },
});
