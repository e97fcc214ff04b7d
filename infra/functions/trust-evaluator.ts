/** Merges what gateways have seen, and judges again whoever's judgement has run out. */
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from '../constructs/service-function.ts';
import { ServiceQueue } from '../constructs/service-queue.ts';
import { ledger, siteIds } from './environment.ts';
import { allowIndex, allowLedger, allowTable } from './grants.ts';
import type { EngineParts, QueueFed } from './parts.ts';
import { consume, repeat } from './triggers.ts';

const TIMEOUT = seconds(30);

export function addTrustEvaluator(scope: Construct, parts: EngineParts): QueueFed {
  const { data } = parts;
  const source = new ServiceQueue(scope, 'Evidence', { encryptionKey: data.encryptionKey, consumerTimeout: TIMEOUT });
  const service = new ServiceFunction(scope, 'TrustEvaluator', {
    name: 'trust-evaluator',
    description: 'Merges evidence of gateways and re-evaluates trust that has run out',
    encryptionKey: data.encryptionKey,
    environment: { ...ledger(parts), ...siteIds(parts) },
    timeout: TIMEOUT,
    memoryMegabytes: 512,
    concurrency: 20,
    deadLetters: source.deadLetters,
  });
  allowLedger(service, parts);
  allowIndex(service, data.tables.trust, 'due');
  allowTable(service, data.tables.policy, 'Query');
  consume(service, source);
  repeat(service, 1, 'due', source.deadLetters);
  return { service, source };
}
