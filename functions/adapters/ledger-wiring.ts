/** Everything a function needs that commits to the ledger of a site, wired once. */
import { KMSClient } from '@aws-sdk/client-kms';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SiteId } from '../../core/contracts/identifiers.ts';
import { createDocuments } from './dynamodb/documents.ts';
import { DynamodbSiteLedger } from './dynamodb/dynamodb-site-ledger.ts';
import { DynamodbSiteReader } from './dynamodb/dynamodb-site-reader.ts';
import { DynamodbGatewayDirectory, DynamodbSiteReference } from './dynamodb/dynamodb-site-reference.ts';
import { createIotDataClient } from './iot/data-client.ts';
import { IotStatePublisher } from './iot/iot-state-publisher.ts';
import { type KmsKey, kmsKeySource } from './kms/kms-signer.ts';
import { realSurroundings } from './lambda/surroundings.ts';
import type { Surroundings } from './ports/clock.ts';
import type { SiteLedger } from './ports/site-ledger.ts';
import type { SiteReader } from './ports/site-reader.ts';
import type { SiteReferenceSource } from './ports/site-reference.ts';
import type { StatePublisher } from './ports/state-publisher.ts';

export interface LedgerEnvironment {
  readonly IDENTITY_TABLE: string;
  readonly TRUST_TABLE: string;
  readonly POLICY_TABLE: string;
  readonly AUDIT_TABLE: string;
  readonly STATE_SIGNING_KEY: string;
  readonly IOT_DATA_ENDPOINT?: string | undefined;
}

export interface LedgerWiring {
  readonly documents: DynamoDBDocumentClient;
  readonly kms: KMSClient;
  readonly stateKey: () => Promise<KmsKey>;
  readonly ledger: SiteLedger;
  readonly reader: SiteReader;
  readonly reference: SiteReferenceSource;
  readonly publisher: StatePublisher;
  readonly surroundings: Surroundings;
}

export function wireLedger(
  environment: LedgerEnvironment,
  onPublishFailed: (site: SiteId, seq: number, cause: unknown) => void,
): LedgerWiring {
  const documents = createDocuments();
  const kms = new KMSClient({});
  const stateKey = kmsKeySource(kms, environment.STATE_SIGNING_KEY);
  const directory = new DynamodbGatewayDirectory(documents, environment.IDENTITY_TABLE);
  const publisher = new IotStatePublisher(createIotDataClient(environment.IOT_DATA_ENDPOINT), directory);
  const tables = {
    identity: environment.IDENTITY_TABLE,
    trust: environment.TRUST_TABLE,
    policy: environment.POLICY_TABLE,
    audit: environment.AUDIT_TABLE,
  };
  return {
    documents,
    kms,
    stateKey,
    publisher,
    surroundings: realSurroundings,
    reader: new DynamodbSiteReader(documents, tables),
    reference: new DynamodbSiteReference(documents, tables.policy),
    ledger: new DynamodbSiteLedger({
      documents,
      tables,
      signer: stateKey,
      publisher,
      surroundings: realSurroundings,
      onPublishFailed,
    }),
  };
}
