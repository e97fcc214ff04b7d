/** Holds a quarantined thing to its remediation topics, and shuts out a key that must not be used any more. */
import {
  AddThingToThingGroupCommand,
  type IoTClient,
  RemoveThingFromThingGroupCommand,
  ResourceNotFoundException,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, type IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import type { DeviceContainment } from '../ports/device-registry.ts';

/** What a broker answers that knows no such operation, or no such connection: there is nothing left to end. */
const NOTHING_TO_END: ReadonlySet<string> = new Set([
  'ResourceNotFoundException',
  'UnknownOperationException',
  'UnsupportedOperation',
  'InvalidAction',
  'NotImplemented',
  'UnrecognizedClientException',
]);

export class IotDeviceContainment implements DeviceContainment {
  readonly #iot: IoTClient;
  readonly #data: IoTDataPlaneClient;
  readonly #group: string;

  /** @param group with the remediation-only policy */
  constructor(iot: IoTClient, data: IoTDataPlaneClient, group: string) {
    this.#iot = iot;
    this.#data = data;
    this.#group = group;
  }

  async contain(thing: string): Promise<void> {
    await this.#iot.send(
      new AddThingToThingGroupCommand({
        thingGroupName: this.#group,
        thingName: thing,
        overrideDynamicGroups: true,
      }),
    );
  }

  async release(thing: string): Promise<void> {
    await this.#iot.send(new RemoveThingFromThingGroupCommand({ thingGroupName: this.#group, thingName: thing }));
  }

  async deactivate(thumbprint: string, clientId: string): Promise<void> {
    try {
      await this.#iot.send(new UpdateCertificateCommand({ certificateId: thumbprint, newStatus: 'INACTIVE' }));
    } catch (cause) {
      // Certificates of business systems are not the broker's.
      if (!(cause instanceof ResourceNotFoundException)) throw cause;
      return;
    }
    try {
      await this.#data.send(new DeleteConnectionCommand({ clientId }));
    } catch (cause) {
      if (!(cause instanceof Error && NOTHING_TO_END.has(cause.name))) throw cause;
    }
  }
}
