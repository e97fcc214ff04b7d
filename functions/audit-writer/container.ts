/** Wires the audit writer. */
import { KMSClient } from '@aws-sdk/client-kms';
import type { SiteId } from '../../core/contracts/identifiers.ts';
import type { LedgerRecord } from '../../core/ledger/ledger-record.ts';
import { createDocuments } from '../adapters/dynamodb/documents.ts';
import { DynamodbAuditTrail } from '../adapters/dynamodb/dynamodb-audit-trail.ts';
import { DynamodbCertificateDirectory } from '../adapters/dynamodb/dynamodb-certificate-directory.ts';
import { ledgerReader } from '../adapters/dynamodb/read-ledger.ts';
import { kmsKeySource } from '../adapters/kms/kms-signer.ts';
import { realSurroundings } from '../adapters/lambda/surroundings.ts';
import type { AuditTrail } from '../adapters/ports/audit-trail.ts';
import type { CertificateDirectory } from '../adapters/ports/certificate-directory.ts';
import type { Surroundings } from '../adapters/ports/clock.ts';
import type { SignerSource } from '../adapters/ports/signing.ts';
import { createLog, type Log } from '../http/log.ts';
import { createMetrics, type Metrics } from '../http/metrics.ts';
import type { Config } from './config.ts';

export interface Container {
  readonly sites: readonly SiteId[];
  readonly directory: CertificateDirectory;
  readonly trail: AuditTrail;
  readonly readLedger: (site: SiteId) => Promise<LedgerRecord>;
  /** The audit key. */
  readonly signer: SignerSource;
  readonly surroundings: Pick<Surroundings, 'nowMs'>;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createContainer(config: Config): Container {
  const documents = createDocuments();
  return {
    sites: config.SITE_IDS,
    directory: new DynamodbCertificateDirectory(documents, config.IDENTITY_TABLE),
    trail: new DynamodbAuditTrail(documents, config.AUDIT_TABLE),
    readLedger: ledgerReader(documents, config.TRUST_TABLE),
    signer: kmsKeySource(new KMSClient({}), config.AUDIT_SIGNING_KEY),
    surroundings: realSurroundings,
    log: createLog('audit-writer'),
    metrics: createMetrics(realSurroundings.nowMs),
  };
}
