/** Wires the outbox relay. */
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IoTClient } from '@aws-sdk/client-iot';
import { createDocuments } from '../adapters/dynamodb/documents.ts';
import { DynamodbOutboxStore } from '../adapters/dynamodb/dynamodb-outbox-store.ts';
import { DynamodbGatewayDirectory } from '../adapters/dynamodb/dynamodb-site-reference.ts';
import { readOutboxImage } from '../adapters/dynamodb/outbox-image.ts';
import { EventBridgeBus } from '../adapters/eventbridge/eventbridge-bus.ts';
import { createIotDataClient } from '../adapters/iot/data-client.ts';
import { IotDeviceContainment } from '../adapters/iot/iot-device-containment.ts';
import { IotStatePublisher } from '../adapters/iot/iot-state-publisher.ts';
import { realSurroundings } from '../adapters/lambda/surroundings.ts';
import type { Surroundings } from '../adapters/ports/clock.ts';
import type { DeviceContainment } from '../adapters/ports/device-registry.ts';
import type { EventBus } from '../adapters/ports/event-bus.ts';
import type { OutboxRow, OutboxStore } from '../adapters/ports/outbox.ts';
import type { StatePublisher } from '../adapters/ports/state-publisher.ts';
import { createLog, type Log } from '../http/log.ts';
import { createMetrics, type Metrics } from '../http/metrics.ts';
import type { Config } from './config.ts';

export interface Container {
  readonly bus: EventBus;
  readonly containment: DeviceContainment;
  readonly outbox: OutboxStore;
  readonly publisher: StatePublisher;
  /** @returns undefined for what is no outbox row */
  readonly readImage: (image: unknown) => OutboxRow | undefined;
  readonly surroundings: Surroundings;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createContainer(config: Config): Container {
  const documents = createDocuments();
  const iotData = createIotDataClient(config.IOT_DATA_ENDPOINT);
  return {
    bus: new EventBridgeBus(new EventBridgeClient({}), config.EVENT_BUS),
    containment: new IotDeviceContainment(new IoTClient({}), iotData, config.IOT_REMEDIATION_GROUP),
    outbox: new DynamodbOutboxStore(documents, config.TRUST_TABLE),
    publisher: new IotStatePublisher(iotData, new DynamodbGatewayDirectory(documents, config.IDENTITY_TABLE)),
    readImage: readOutboxImage,
    surroundings: realSurroundings,
    log: createLog('outbox-relay'),
    metrics: createMetrics(() => Date.now()),
  };
}
