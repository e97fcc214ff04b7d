/** The cloud's policy decision point: AuthZEN over the newest bundle and state. */
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from '../constructs/service-function.ts';
import { apiBaseUrl, siteIds, tableNames } from './environment.ts';
import { allowDataKey, allowTable, READ_KEY } from './grants.ts';
import type { EngineParts } from './parts.ts';

export function addPolicyEngine(scope: Construct, parts: EngineParts): ServiceFunction {
  const { data, pki } = parts;
  const service = new ServiceFunction(scope, 'PolicyEngine', {
    name: 'policy-engine',
    description: 'Answers access requests (AuthZEN)',
    encryptionKey: data.encryptionKey,
    environment: {
      ...siteIds(parts),
      ...apiBaseUrl(parts),
      ...tableNames(parts).trust,
      BUNDLE_BUCKET: data.bundles.bucketName,
      STATE_SIGNING_KEY: pki.stateKey.keyArn,
    },
    timeout: seconds(30),
    memoryMegabytes: 1024,
    concurrency: 50,
  });
  allowTable(service, data.tables.trust, 'GetItem', 'Query');
  service.allow(['s3:GetObject'], data.bundles.arnForObjects('bundles/*'));
  service.allow(READ_KEY, pki.stateKey.keyArn);
  allowDataKey(service, data.encryptionKey);
  return service;
}
