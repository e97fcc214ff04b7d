/** Wires the policy engine. */
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import type { SiteId } from '../../core/contracts/identifiers.ts';
import { createDocuments } from '../adapters/dynamodb/documents.ts';
import { DynamodbSiteState } from '../adapters/dynamodb/dynamodb-site-state.ts';
import { ledgerReader } from '../adapters/dynamodb/read-ledger.ts';
import { kmsKeyDirectory, kmsKeySource } from '../adapters/kms/kms-signer.ts';
import { realSurroundings } from '../adapters/lambda/surroundings.ts';
import type { BundleStore } from '../adapters/ports/bundle-store.ts';
import type { Surroundings } from '../adapters/ports/clock.ts';
import type { KeyDirectory } from '../adapters/ports/signing.ts';
import type { SiteStateSource } from '../adapters/ports/site-state-source.ts';
import { S3BundleStore } from '../adapters/s3/s3-bundle-store.ts';
import { createLog, type Log } from '../http/log.ts';
import type { Config } from './config.ts';

export interface Container {
  readonly sites: readonly SiteId[];
  readonly state: SiteStateSource;
  readonly bundles: Pick<BundleStore, 'get'>;
  /** The key that bundles are signed with. */
  readonly keys: KeyDirectory;
  /** Where the API is reached from outside; the request's own host when absent. */
  readonly baseUrl: string | undefined;
  readonly surroundings: Pick<Surroundings, 'nowMs'>;
  readonly log: Log;
}

export function createContainer(config: Config): Container {
  const documents = createDocuments();
  const keys = kmsKeyDirectory([kmsKeySource(new KMSClient({}), config.STATE_SIGNING_KEY)]);
  // The first question after a cold start must not wait for the key as well.
  keys().catch(() => undefined);
  return {
    sites: config.SITE_IDS,
    state: new DynamodbSiteState(documents, config.TRUST_TABLE, ledgerReader(documents, config.TRUST_TABLE)),
    bundles: new S3BundleStore(new S3Client({}), config.BUNDLE_BUCKET),
    keys,
    baseUrl: config.API_BASE_URL,
    surroundings: realSurroundings,
    log: createLog('policy-engine'),
  };
}
