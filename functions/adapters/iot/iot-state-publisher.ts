/** Hands signed documents to the broker, for every gateway of a site at once. */
import { type IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import type { SiteId } from '../../../core/contracts/identifiers.ts';
import type { GatewayDirectory } from '../ports/site-reference.ts';
import type { StatePublisher } from '../ports/state-publisher.ts';

export class IotStatePublisher implements StatePublisher {
  readonly #iot: IoTDataPlaneClient;
  readonly #directory: GatewayDirectory;

  constructor(iot: IoTDataPlaneClient, directory: GatewayDirectory) {
    this.#iot = iot;
    this.#directory = directory;
  }

  async publish(site: SiteId, topic: 'state' | 'head', token: string, policyRevision: number): Promise<void> {
    const gateways = await this.#directory.gateways(site, policyRevision);
    const payload = Buffer.from(token, 'ascii');
    const sent = await Promise.allSettled(
      gateways.map((gateway) =>
        this.#iot.send(new PublishCommand({ topic: `vg/1/${site}/g/${gateway}/${topic}`, qos: 1, payload })),
      ),
    );
    const failed = sent.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}
