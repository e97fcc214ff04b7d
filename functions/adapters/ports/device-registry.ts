/** The message broker's registry of who may connect. Every operation may be repeated. */
import type { EntityRef } from '../../../core/contracts/identifiers.ts';

export interface DeviceRegistry {
  /** Thing, certificate, policy and their ties. The certificate may be used at once. */
  admit(ref: EntityRef, certificatePem: string, caCertificatePem: string): Promise<void>;
  /** @param thumbprint of the certificate, which is also its id at the broker */
  deactivate(thumbprint: string): Promise<void>;
}

export interface DeviceContainment {
  /** Remediation topics only, from now on. */
  contain(thing: string): Promise<void>;
  release(thing: string): Promise<void>;
  /** The key may no longer be used, and whoever uses it now is disconnected. */
  deactivate(thumbprint: string, clientId: string): Promise<void>;
}
