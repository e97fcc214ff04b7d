/** Wires the policy administrator. */
import { readFileSync } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { type BundleContent, type Policy, PolicySchema } from '../../core/contracts/bundle.ts';
import type { SiteId } from '../../core/contracts/identifiers.ts';
import { DynamodbSiteContent } from '../adapters/dynamodb/dynamodb-site-content.ts';
import { DynamodbSiteState } from '../adapters/dynamodb/dynamodb-site-state.ts';
import { wireLedger } from '../adapters/ledger-wiring.ts';
import type { BundleStore } from '../adapters/ports/bundle-store.ts';
import type { Surroundings } from '../adapters/ports/clock.ts';
import type { SignerSource } from '../adapters/ports/signing.ts';
import type { SiteContentStore } from '../adapters/ports/site-content.ts';
import type { SiteLedger } from '../adapters/ports/site-ledger.ts';
import type { SiteStateSource } from '../adapters/ports/site-state-source.ts';
import type { StatePublisher } from '../adapters/ports/state-publisher.ts';
import { S3BundleStore } from '../adapters/s3/s3-bundle-store.ts';
import { createLog, type Log } from '../http/log.ts';
import { createMetrics } from '../http/metrics.ts';
import type { Config } from './config.ts';

export interface Container {
  readonly sites: readonly SiteId[];
  readonly ledger: SiteLedger;
  readonly content: SiteContentStore;
  readonly state: SiteStateSource;
  readonly bundles: BundleStore;
  readonly signer: SignerSource;
  readonly publisher: StatePublisher;
  readonly anchors: BundleContent['anchors'];
  /** The policies that came with the release. */
  readonly shipped: readonly Policy[];
  readonly surroundings: Surroundings;
  readonly log: Log;
}

export function createContainer(config: Config): Container {
  const log = createLog('policy-administrator');
  const metrics = createMetrics(() => Date.now());
  const wiring = wireLedger(config, (site, seq, cause) => {
    log.error('publish-failed', cause, { site, seq });
    metrics.count('PublishFailed');
  });
  const tables = { identity: config.IDENTITY_TABLE, policy: config.POLICY_TABLE };
  return {
    ...wiring,
    sites: config.SITE_IDS,
    content: new DynamodbSiteContent(wiring.documents, tables),
    state: new DynamodbSiteState(wiring.documents, config.TRUST_TABLE, (site) => wiring.ledger.read(site)),
    bundles: new S3BundleStore(new S3Client({}), config.BUNDLE_BUCKET),
    signer: wiring.stateKey,
    anchors: { device: [config.DEVICE_CA_PEM], gateway: [config.GATEWAY_CA_PEM], resource: [config.RESOURCE_CA_PEM] },
    shipped: readPolicies(config.DEFAULT_POLICIES_FILE),
    log,
  };
}

/** @param file as the build leaves it beside the function */
const readPolicies = (file: string): readonly Policy[] =>
  z.array(PolicySchema).parse(JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')));
