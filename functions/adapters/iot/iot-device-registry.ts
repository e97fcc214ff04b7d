/** Devices and gateways as AWS IoT things with our certificates. Every step finds what an earlier attempt left. */
import { X509Certificate } from 'node:crypto';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateThingCommand,
  DescribeCertificateCommand,
  type IoTClient,
  RegisterCertificateCommand,
  ResourceAlreadyExistsException,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { type EntityRef, siteOf } from '../../../core/contracts/identifiers.ts';
import { VitalgateError } from '../../../core/errors.ts';
import { sha256Hex } from '../../../core/signing/digest.ts';
import type { DeviceRegistry } from '../ports/device-registry.ts';

/** By kind: only these speak to the broker. */
export type RegistryProfiles = Readonly<
  Record<'device' | 'gateway', { readonly policy: string; readonly thingType: string }>
>;

export class IotDeviceRegistry implements DeviceRegistry {
  readonly #iot: IoTClient;
  readonly #profiles: RegistryProfiles;

  constructor(iot: IoTClient, profiles: RegistryProfiles) {
    this.#iot = iot;
    this.#profiles = profiles;
  }

  async admit(ref: EntityRef, certificatePem: string, caCertificatePem: string): Promise<void> {
    if (ref.kind !== 'device' && ref.kind !== 'gateway') return;
    const { policy, thingType } = this.#profiles[ref.kind];
    const [certificateArn] = await Promise.all([
      this.#register(certificatePem, caCertificatePem),
      this.#createThing(ref, thingType),
    ]);
    await Promise.all([
      this.#iot.send(new AttachPolicyCommand({ policyName: policy, target: certificateArn })),
      this.#iot.send(new AttachThingPrincipalCommand({ thingName: ref.id, principal: certificateArn })),
    ]);
  }

  async deactivate(thumbprint: string): Promise<void> {
    await this.#iot.send(new UpdateCertificateCommand({ certificateId: thumbprint, newStatus: 'INACTIVE' }));
  }

  async #register(certificatePem: string, caCertificatePem: string): Promise<string> {
    try {
      const command = new RegisterCertificateCommand({ certificatePem, caCertificatePem, status: 'ACTIVE' });
      return arnOf((await this.#iot.send(command)).certificateArn);
    } catch (cause) {
      if (!(cause instanceof ResourceAlreadyExistsException)) throw cause;
      // IoT Core names a certificate by the SHA-256 of its DER.
      const certificateId = cause.resourceId ?? sha256Hex(new X509Certificate(certificatePem).raw);
      const known = await this.#iot.send(new DescribeCertificateCommand({ certificateId }));
      return arnOf(known.certificateDescription?.certificateArn);
    }
  }

  async #createThing({ kind, id }: EntityRef, thingTypeName: string): Promise<void> {
    try {
      const attributes = { site: siteOf(id), kind };
      await this.#iot.send(
        new CreateThingCommand({ thingName: id, thingTypeName, attributePayload: { attributes, merge: true } }),
      );
    } catch (cause) {
      if (!(cause instanceof ResourceAlreadyExistsException)) throw cause;
    }
  }
}

function arnOf(arn: string | undefined): string {
  if (arn === undefined) throw new VitalgateError('ERR_DEVICE_REGISTRY', 'the broker named no certificate');
  return arn;
}
