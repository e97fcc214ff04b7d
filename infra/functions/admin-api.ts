/** What people and their tools change and read: the libraries, policies, sessions, trust and the audit trail. */
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from '../constructs/service-function.ts';
import { apiBaseUrl, ledger, siteIds, tableNames } from './environment.ts';
import { allowIndex, allowLedger, allowTable, READ_KEY } from './grants.ts';
import type { EngineParts } from './parts.ts';

export function addAdminApi(scope: Construct, parts: EngineParts): ServiceFunction {
  const { data, pki } = parts;
  const { tables } = data;
  const service = new ServiceFunction(scope, 'AdminApi', {
    name: 'admin-api',
    description: 'The administration API',
    encryptionKey: data.encryptionKey,
    environment: {
      ...siteIds(parts),
      ...apiBaseUrl(parts),
      ...ledger(parts),
      ...tableNames(parts).session,
      AUDIT_SIGNING_KEY: pki.auditKey.keyArn,
    },
    timeout: seconds(30),
    memoryMegabytes: 1024,
    concurrency: 20,
  });
  allowLedger(service, parts);
  allowTable(service, tables.identity, 'PutItem', 'UpdateItem', 'DeleteItem');
  allowTable(service, tables.policy, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
  allowTable(service, tables.session, 'GetItem', 'Query');
  allowIndex(service, tables.session, 'by-site');
  allowTable(service, tables.audit, 'GetItem', 'Query');
  allowIndex(service, tables.audit, 'by-site');
  service.allow(READ_KEY, pki.auditKey.keyArn);
  return service;
}
