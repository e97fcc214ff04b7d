/** Wires the administration API. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type Policy, PolicySchema } from '../../core/contracts/bundle.ts';
import { DynamodbAliasDirectory } from '../adapters/dynamodb/dynamodb-alias-directory.ts';
import { DynamodbAuditReader } from '../adapters/dynamodb/dynamodb-audit-reader.ts';
import { DynamodbSessionReader } from '../adapters/dynamodb/dynamodb-session-reader.ts';
import { DynamodbSiteContent } from '../adapters/dynamodb/dynamodb-site-content.ts';
import { kmsKeyDirectory, kmsKeySource } from '../adapters/kms/kms-signer.ts';
import { wireLedger } from '../adapters/ledger-wiring.ts';
import { createLog } from '../http/log.ts';
import { createMetrics } from '../http/metrics.ts';
import type { Config } from './config.ts';
import type { AdminParts } from './parts.ts';

export function createContainer(config: Config): AdminParts {
  const log = createLog('admin-api');
  const metrics = createMetrics(() => Date.now());
  const wiring = wireLedger(config, (site, seq, cause) => {
    log.error('publish-failed', cause, { site, seq });
    metrics.count('PublishFailed');
  });
  const { documents, ledger, reader, reference, surroundings } = wiring;
  const tables = { identity: config.IDENTITY_TABLE, policy: config.POLICY_TABLE };
  return {
    sites: config.SITE_IDS,
    ledger,
    reader,
    reference,
    surroundings,
    content: new DynamodbSiteContent(documents, tables),
    aliases: new DynamodbAliasDirectory(documents, tables.identity),
    sessions: new DynamodbSessionReader(documents, config.SESSION_TABLE),
    audit: new DynamodbAuditReader(documents, config.AUDIT_TABLE),
    keys: kmsKeyDirectory([wiring.stateKey, kmsKeySource(wiring.kms, config.AUDIT_SIGNING_KEY)]),
    shippedPolicies: readPolicies(config.DEFAULT_POLICIES_FILE),
    baseUrl: config.API_BASE_URL,
    log,
  };
}

/** @param file as the build leaves it beside the function */
const readPolicies = (file: string): readonly Policy[] =>
  z.array(PolicySchema).parse(JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')));
