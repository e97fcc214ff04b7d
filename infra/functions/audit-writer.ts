/** Keeps the audit trail of gateways, checks its chain and signs where it stands. */
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from '../constructs/service-function.ts';
import { ServiceQueue } from '../constructs/service-queue.ts';
import { siteIds, tableNames } from './environment.ts';
import { allowDataKey, allowTable, SIGN } from './grants.ts';
import type { EngineParts, QueueFed } from './parts.ts';
import { consume, repeat } from './triggers.ts';

const TIMEOUT = seconds(30);
const CHECKPOINT_MINUTES = 5;

export function addAuditWriter(scope: Construct, parts: EngineParts): QueueFed {
  const { data, pki } = parts;
  const tables = tableNames(parts);
  const source = new ServiceQueue(scope, 'Audit', { encryptionKey: data.encryptionKey, consumerTimeout: TIMEOUT });
  const service = new ServiceFunction(scope, 'AuditWriter', {
    name: 'audit-writer',
    description: 'Keeps and checks the audit chains, signs checkpoints',
    encryptionKey: data.encryptionKey,
    environment: {
      ...siteIds(parts),
      ...tables.identity,
      ...tables.trust,
      ...tables.audit,
      AUDIT_SIGNING_KEY: pki.auditKey.keyArn,
    },
    timeout: TIMEOUT,
    memoryMegabytes: 512,
    concurrency: 20,
    deadLetters: source.deadLetters,
  });
  allowTable(service, data.tables.audit, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem');
  allowTable(service, data.tables.trust, 'GetItem');
  allowTable(service, data.tables.identity, 'GetItem', 'BatchGetItem');
  service.allow(SIGN, pki.auditKey.keyArn);
  allowDataKey(service, data.encryptionKey);
  consume(service, source);
  repeat(service, CHECKPOINT_MINUTES, 'checkpoint', source.deadLetters);
  return { service, source };
}
