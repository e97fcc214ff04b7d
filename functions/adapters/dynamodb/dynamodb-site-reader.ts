/** Entities, subjects, certificates and the ledger, in one strongly consistent round trip. */
import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Entity, EntitySchema } from '../../../core/contracts/entities.ts';
import { type EntityRef, EntityRefSchema, refKey, type SiteId } from '../../../core/contracts/identifiers.ts';
import { genesisLedger, LedgerRecordSchema } from '../../../core/ledger/ledger-record.ts';
import { type CertificateRecord, CertificateRecordSchema } from '../../../core/ledger/ledger-write.ts';
import { type SubjectRecord, SubjectRecordSchema } from '../../../core/ledger/subject-record.ts';
import type { SiteFacts, SiteLookup, SiteReader } from '../ports/site-reader.ts';
import { addressOf, batchGet, type Item } from './documents.ts';
import { certificateKey, entityKey, ledgerKey, refKeyOfSubject, subjectKey } from './keys.ts';

export interface SiteReaderTables {
  readonly identity: string;
  readonly trust: string;
}

/** Name of the index of the trust table that orders subjects by when they are due. */
const DUE_INDEX = 'due';

export class DynamodbSiteReader implements SiteReader {
  readonly #documents: DynamoDBDocumentClient;
  readonly #tables: SiteReaderTables;

  constructor(documents: DynamoDBDocumentClient, tables: SiteReaderTables) {
    this.#documents = documents;
    this.#tables = tables;
  }

  async load({ site, refs, thumbprints = [] }: SiteLookup): Promise<SiteFacts> {
    const { identity, trust } = this.#tables;
    const found = await batchGet(this.#documents, [
      { table: trust, key: ledgerKey(site) },
      ...refs.map((ref) => ({ table: trust, key: subjectKey(ref) })),
      ...refs.map((ref) => ({ table: identity, key: entityKey(ref) })),
      ...thumbprints.map((thumbprint) => ({ table: identity, key: certificateKey(thumbprint) })),
    ]);
    const entities = new Map<string, Entity>();
    const subjects = new Map<string, SubjectRecord>();
    for (const ref of refs) {
      const entity = found.get(addressOf(identity, entityKey(ref)));
      const subject = found.get(addressOf(trust, subjectKey(ref)));
      if (entity !== undefined) entities.set(refKey(ref), EntitySchema.parse(entity['document']));
      if (subject !== undefined) subjects.set(refKey(ref), SubjectRecordSchema.parse(subject['record']));
    }
    const certificates = new Map<string, CertificateRecord>();
    for (const thumbprint of thumbprints) {
      const record = certificateOf(found.get(addressOf(identity, certificateKey(thumbprint))));
      if (record !== undefined) certificates.set(thumbprint, record);
    }
    const ledger = found.get(addressOf(trust, ledgerKey(site)));
    return {
      ledger: ledger === undefined ? genesisLedger(site) : LedgerRecordSchema.parse(ledger['record']),
      entities,
      subjects,
      certificates,
    };
  }

  async certificate(thumbprint: string): Promise<CertificateRecord | undefined> {
    const answer = await this.#documents.send(
      new GetCommand({
        TableName: this.#tables.identity,
        Key: { ...certificateKey(thumbprint) },
        ConsistentRead: true,
      }),
    );
    return certificateOf(answer.Item);
  }

  async due(site: SiteId, nowMs: number, limit: number): Promise<readonly EntityRef[]> {
    const answer = await this.#documents.send(
      new QueryCommand({
        TableName: this.#tables.trust,
        IndexName: DUE_INDEX,
        KeyConditionExpression: 'dueSite = :site AND dueAt <= :now',
        ExpressionAttributeValues: { ':site': site, ':now': new Date(nowMs).toISOString() },
        Limit: limit,
      }),
    );
    return (answer.Items ?? []).map((item) => {
      const [kind, id] = refKeyOfSubject(String(item['sk'])).split('/');
      return EntityRefSchema.parse({ kind, id });
    });
  }
}

const certificateOf = (item: Item | undefined): CertificateRecord | undefined =>
  item === undefined ? undefined : CertificateRecordSchema.parse(item['record']);
