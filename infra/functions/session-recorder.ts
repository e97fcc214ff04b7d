/** Writes down the sessions that gateways opened, kept and cut. */
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from '../constructs/service-function.ts';
import { ServiceQueue } from '../constructs/service-queue.ts';
import { tableNames } from './environment.ts';
import { allowDataKey, allowTable } from './grants.ts';
import type { EngineParts, QueueFed } from './parts.ts';
import { consume } from './triggers.ts';

const TIMEOUT = seconds(30);

export function addSessionRecorder(scope: Construct, parts: EngineParts): QueueFed {
  const { data, bus } = parts;
  const tables = tableNames(parts);
  const source = new ServiceQueue(scope, 'Sessions', { encryptionKey: data.encryptionKey, consumerTimeout: TIMEOUT });
  const service = new ServiceFunction(scope, 'SessionRecorder', {
    name: 'session-recorder',
    description: 'Records the sessions of gateways',
    encryptionKey: data.encryptionKey,
    environment: { ...tables.identity, ...tables.session, EVENT_BUS: bus.eventBusName },
    timeout: TIMEOUT,
    memoryMegabytes: 512,
    concurrency: 20,
  });
  allowTable(service, data.tables.session, 'UpdateItem');
  allowTable(service, data.tables.identity, 'GetItem', 'BatchGetItem');
  allowDataKey(service, data.encryptionKey);
  service.allow(['events:PutEvents'], bus.eventBusArn);
  consume(service, source);
  return { service, source };
}
