/** One-time claims: each phase is one conditional write. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { VitalgateError } from '../../../core/errors.ts';
import { type ClaimRecord, ClaimRecordSchema } from '../../../core/identity/claim.ts';
import type { ClaimStore, HeldClaim } from '../ports/claim-store.ts';
import { claimKey } from './keys.ts';

export class DynamodbClaimStore implements ClaimStore {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;

  /** @param table the identity table */
  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  async find(digest: string): Promise<HeldClaim | undefined> {
    const answer = await this.#documents.send(
      new GetCommand({ TableName: this.#table, Key: { ...claimKey(digest) }, ConsistentRead: true }),
    );
    if (answer.Item === undefined) return undefined;
    const certificatePem = z.string().optional().parse(answer.Item['certificatePem']) ?? null;
    return { record: ClaimRecordSchema.parse(answer.Item['record']), certificatePem };
  }

  reserve(digest: string, use: NonNullable<ClaimRecord['use']>): Promise<boolean> {
    return this.#update(digest, 'SET #record.#use = :value', {
      condition: 'attribute_exists(pk) AND #record.#use = :none',
      names: { '#record': 'record', '#use': 'use' },
      values: { ':value': use, ':none': null },
    });
  }

  async keepCertificate(digest: string, certificatePem: string): Promise<string> {
    const kept = await this.#update(digest, 'SET certificatePem = :value', {
      condition: 'attribute_exists(pk) AND attribute_not_exists(certificatePem)',
      values: { ':value': certificatePem },
    });
    if (kept) return certificatePem;
    const held = await this.find(digest);
    if (typeof held?.certificatePem === 'string') return held.certificatePem;
    throw new VitalgateError('ERR_CLAIM_LOST', 'the claim is gone');
  }

  async #update(
    digest: string,
    expression: string,
    {
      condition,
      names,
      values,
    }: {
      readonly condition: string;
      readonly names?: Record<string, string>;
      readonly values: Record<string, unknown>;
    },
  ): Promise<boolean> {
    try {
      await this.#documents.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { ...claimKey(digest) },
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
          ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
        }),
      );
      return true;
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException) return false;
      throw cause;
    }
  }
}
