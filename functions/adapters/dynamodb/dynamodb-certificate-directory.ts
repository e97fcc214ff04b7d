/** Issued certificates, for functions that read nothing else of a site. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type CertificateRecord, CertificateRecordSchema } from '../../../core/ledger/ledger-write.ts';
import type { CertificateDirectory } from '../ports/certificate-directory.ts';
import { certificateKey } from './keys.ts';

export class DynamodbCertificateDirectory implements CertificateDirectory {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;

  /** @param table the identity table */
  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  async certificate(thumbprint: string): Promise<CertificateRecord | undefined> {
    const answer = await this.#documents.send(
      new GetCommand({ TableName: this.#table, Key: { ...certificateKey(thumbprint) }, ConsistentRead: true }),
    );
    return answer.Item === undefined ? undefined : CertificateRecordSchema.parse(answer.Item['record']);
  }
}
