/** Policies of thing groups in IoT Core. CloudFormation's own resource attaches to certificates only. */
import {
  AttachPolicyCommand,
  DetachPolicyCommand,
  type IoTClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-iot';
import type { GroupPolicies } from '../ports/group-policies.ts';

export class IotGroupPolicies implements GroupPolicies {
  readonly #iot: IoTClient;

  constructor(iot: IoTClient) {
    this.#iot = iot;
  }

  async attach(policyName: string, target: string): Promise<void> {
    await this.#iot.send(new AttachPolicyCommand({ policyName, target }));
  }

  async detach(policyName: string, target: string): Promise<void> {
    try {
      await this.#iot.send(new DetachPolicyCommand({ policyName, target }));
    } catch (cause) {
      if (!(cause instanceof ResourceNotFoundException)) throw cause;
    }
  }
}
