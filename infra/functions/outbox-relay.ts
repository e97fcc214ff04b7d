/** Follows the trust table's stream: tells everyone else what happened, and repairs a publish that did not get out. */
import { Duration } from 'aws-cdk-lib';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from '../constructs/service-function.ts';
import { DeadLetterQueue } from '../constructs/service-queue.ts';
import { REMEDIATION_GROUP } from '../names.ts';
import { tableNames } from './environment.ts';
import { allowDataKey, allowPublish, allowTable, iotArn } from './grants.ts';
import type { EngineParts } from './parts.ts';

const TIMEOUT = seconds(30);
const BATCH_SIZE = 25;
const ATTEMPTS = 10;
const OUTBOX_ROWS = { prefix: 'OUTBOX#' };
const EVENT_ROWS = { prefix: 'EVENTS#' };

export function addOutboxRelay(scope: Construct, parts: EngineParts): ServiceFunction {
  const { data, bus, settings } = parts;
  const deadLetters = new DeadLetterQueue(scope, 'OutboxDeadLetters', data.encryptionKey);
  const tables = tableNames(parts);
  const service = new ServiceFunction(scope, 'OutboxRelay', {
    name: 'outbox-relay',
    description: 'Relays the outbox to the event bus and repairs publishes',
    encryptionKey: data.encryptionKey,
    environment: {
      ...tables.identity,
      ...tables.trust,
      EVENT_BUS: bus.eventBusName,
      IOT_REMEDIATION_GROUP: REMEDIATION_GROUP,
    },
    timeout: TIMEOUT,
    memoryMegabytes: 512,
    concurrency: 10,
  });
  allowTable(service, data.tables.trust, 'GetItem', 'UpdateItem');
  allowTable(service, data.tables.identity, 'Query');
  allowDataKey(service, data.encryptionKey);
  allowPublish(service, 'state');
  service.allow(['events:PutEvents'], bus.eventBusArn);
  const things = settings.sites.map((site) => iotArn(service, 'thing', `${site}:*`));
  service.allow(
    ['iot:AddThingToThingGroup', 'iot:RemoveThingFromThingGroup'],
    iotArn(service, 'thinggroup', REMEDIATION_GROUP),
    ...things,
  );
  service.allow(['iot:UpdateCertificate'], iotArn(service, 'cert', '*'));
  service.allow(['sqs:SendMessage'], deadLetters.queueArn);
  service.allow(['iot:DeleteConnection'], ...settings.sites.map((site) => iotArn(service, 'client', `${site}:*`)));
  service.handler.addEventSource(
    new DynamoEventSource(data.trustStream, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: BATCH_SIZE,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: ATTEMPTS,
      maxRecordAge: Duration.hours(12),
      onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { Keys: { sk: { S: [OUTBOX_ROWS, EVENT_ROWS] } } },
        }),
      ],
    }),
  );
  return service;
}
