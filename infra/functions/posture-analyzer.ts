/** The fast path: a report comes in, and within the same invocation the signed consequence goes out. */
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from '../constructs/service-function.ts';
import { ServiceQueue } from '../constructs/service-queue.ts';
import { ledger } from './environment.ts';
import { allowLedger, allowTable } from './grants.ts';
import type { EngineParts, QueueFed } from './parts.ts';
import { consume } from './triggers.ts';

const TIMEOUT = seconds(30);

export function addPostureAnalyzer(scope: Construct, parts: EngineParts): QueueFed {
  const { data } = parts;
  const source = new ServiceQueue(scope, 'Posture', { encryptionKey: data.encryptionKey, consumerTimeout: TIMEOUT });
  const service = new ServiceFunction(scope, 'PostureAnalyzer', {
    name: 'posture-analyzer',
    description: 'Assesses posture, decides trust and admission, publishes the consequence',
    encryptionKey: data.encryptionKey,
    environment: ledger(parts),
    timeout: TIMEOUT,
    memoryMegabytes: 1024,
    concurrency: 50,
  });
  allowLedger(service, parts);
  allowTable(service, data.tables.policy, 'Query');
  consume(service, source);
  return { service, source };
}
