/** Where the ledger of a site stands, for functions that do not write it. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { SiteId } from '../../../core/contracts/identifiers.ts';
import { genesisLedger, type LedgerRecord, LedgerRecordSchema } from '../../../core/ledger/ledger-record.ts';
import { ledgerKey } from './keys.ts';

/** @param table the trust table @returns a strongly consistent read */
export const ledgerReader =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (site: SiteId): Promise<LedgerRecord> => {
    const answer = await documents.send(
      new GetCommand({ TableName: table, Key: { ...ledgerKey(site) }, ConsistentRead: true }),
    );
    return answer.Item === undefined ? genesisLedger(site) : LedgerRecordSchema.parse(answer.Item['record']);
  };
