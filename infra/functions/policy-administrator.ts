/** Compiles, seals and stores bundles; pushes heads; answers gateways that ask for state. */
import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from '../constructs/service-function.ts';
import { ServiceQueue } from '../constructs/service-queue.ts';
import { EVENT_SOURCE } from '../names.ts';
import { issuingAuthorities, ledger, siteIds } from './environment.ts';
import { allowLedger, allowPublish, allowTable } from './grants.ts';
import type { EngineParts } from './parts.ts';
import { consume, repeat } from './triggers.ts';

const TIMEOUT = seconds(60);

export function addPolicyAdministrator(scope: Construct, parts: EngineParts): ServiceFunction {
  const { data, bus } = parts;
  const { encryptionKey, bundles } = data;
  const changes = new ServiceQueue(scope, 'Changes', { encryptionKey, consumerTimeout: TIMEOUT });
  const service = new ServiceFunction(scope, 'PolicyAdministrator', {
    name: 'policy-administrator',
    description: 'Publishes bundles, heads and snapshots',
    encryptionKey,
    environment: {
      ...siteIds(parts),
      ...ledger(parts),
      ...issuingAuthorities(parts),
      BUNDLE_BUCKET: bundles.bucketName,
    },
    timeout: TIMEOUT,
    memoryMegabytes: 1024,
    concurrency: 20,
    deadLetters: changes.deadLetters,
  });
  allowLedger(service, parts);
  allowTable(service, data.tables.policy, 'Query', 'PutItem');
  service.allow(['s3:GetObject', 's3:PutObject'], bundles.arnForObjects('bundles/*'));
  allowPublish(service, 'head');
  // Changes that come together make one bundle.
  consume(service, changes, { window: Duration.seconds(1), maxConcurrency: 2 });
  new Rule(scope, 'OnChange', {
    description: 'What makes a new bundle necessary',
    eventBus: bus,
    eventPattern: { source: [EVENT_SOURCE], detailType: ['entity.changed', 'policy.changed'] },
    targets: [new SqsQueue(changes.queue, { deadLetterQueue: changes.deadLetters })],
  });
  repeat(service, 1, 'heads', changes.deadLetters);
  return service;
}
