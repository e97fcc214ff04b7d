/** Wires the session recorder. */
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { createDocuments } from '../adapters/dynamodb/documents.ts';
import { DynamodbCertificateDirectory } from '../adapters/dynamodb/dynamodb-certificate-directory.ts';
import { DynamodbSessionStore } from '../adapters/dynamodb/dynamodb-session-store.ts';
import { EventBridgeBus } from '../adapters/eventbridge/eventbridge-bus.ts';
import { realSurroundings } from '../adapters/lambda/surroundings.ts';
import type { CertificateDirectory } from '../adapters/ports/certificate-directory.ts';
import type { EventBus } from '../adapters/ports/event-bus.ts';
import type { SessionStore } from '../adapters/ports/session-store.ts';
import { createLog, type Log } from '../http/log.ts';
import { createMetrics, type Metrics } from '../http/metrics.ts';
import type { Config } from './config.ts';

export interface Container {
  readonly directory: CertificateDirectory;
  readonly sessions: SessionStore;
  readonly bus: EventBus;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createContainer(config: Config): Container {
  const documents = createDocuments();
  return {
    directory: new DynamodbCertificateDirectory(documents, config.IDENTITY_TABLE),
    sessions: new DynamodbSessionStore(documents, config.SESSION_TABLE),
    bus: new EventBridgeBus(new EventBridgeClient({}), config.EVENT_BUS),
    log: createLog('session-recorder'),
    metrics: createMetrics(realSurroundings.nowMs),
  };
}
