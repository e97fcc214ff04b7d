/** Wires enrolment. */
import { IoTClient } from '@aws-sdk/client-iot';
import type { Anchors } from '../../core/contracts/enrolment.ts';
import type { CertificatePurpose } from '../../core/identity/certificate-purposes.ts';
import { DynamodbClaimStore } from '../adapters/dynamodb/dynamodb-claim-store.ts';
import { IotDeviceRegistry } from '../adapters/iot/iot-device-registry.ts';
import { kmsKeyDirectory, kmsKeySource } from '../adapters/kms/kms-signer.ts';
import { wireLedger } from '../adapters/ledger-wiring.ts';
import type { ClaimStore } from '../adapters/ports/claim-store.ts';
import type { Surroundings } from '../adapters/ports/clock.ts';
import type { DeviceRegistry } from '../adapters/ports/device-registry.ts';
import type { KeyDirectory, SignerSource } from '../adapters/ports/signing.ts';
import type { SiteLedger } from '../adapters/ports/site-ledger.ts';
import type { SiteReader } from '../adapters/ports/site-reader.ts';
import type { SiteReferenceSource } from '../adapters/ports/site-reference.ts';
import { createLog, type Log } from '../http/log.ts';
import { createMetrics, type Metrics } from '../http/metrics.ts';
import type { Config } from './config.ts';

/** An authority that issues: its certificate, and the key in KMS. */
interface Authority {
  readonly certificatePem: string;
  readonly signer: SignerSource;
}

export interface Container {
  readonly claims: ClaimStore;
  readonly registry: DeviceRegistry;
  readonly authorities: Readonly<Record<CertificatePurpose, Authority>>;
  readonly anchors: Anchors;
  readonly keys: KeyDirectory;
  /** Where devices report. */
  readonly mqtt: string;
  readonly ledger: SiteLedger;
  readonly reader: SiteReader;
  readonly reference: SiteReferenceSource;
  readonly surroundings: Surroundings;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createContainer(config: Config): Container {
  const log = createLog('enrolment');
  const metrics = createMetrics(() => Date.now());
  const wiring = wireLedger(config, (site, seq, cause) => {
    log.error('publish-failed', cause, { site, seq });
    metrics.count('PublishFailed');
  });
  const authority = (certificatePem: string, keyId: string): Authority => ({
    certificatePem,
    signer: kmsKeySource(wiring.kms, keyId),
  });
  return {
    ...wiring,
    claims: new DynamodbClaimStore(wiring.documents, config.IDENTITY_TABLE),
    registry: new IotDeviceRegistry(new IoTClient({}), {
      device: { policy: config.IOT_DEVICE_POLICY, thingType: config.IOT_DEVICE_TYPE },
      gateway: { policy: config.IOT_GATEWAY_POLICY, thingType: config.IOT_GATEWAY_TYPE },
    }),
    authorities: {
      device: authority(config.DEVICE_CA_PEM, config.DEVICE_CA_KEY),
      gateway: authority(config.GATEWAY_CA_PEM, config.GATEWAY_CA_KEY),
      resource: authority(config.RESOURCE_CA_PEM, config.RESOURCE_CA_KEY),
    },
    anchors: {
      root: [config.ROOT_CA_PEM],
      device: [config.DEVICE_CA_PEM],
      gateway: [config.GATEWAY_CA_PEM],
      resource: [config.RESOURCE_CA_PEM],
    },
    keys: kmsKeyDirectory([wiring.stateKey, kmsKeySource(wiring.kms, config.AUDIT_SIGNING_KEY)]),
    mqtt: config.MQTT_ENDPOINT,
    log,
    metrics,
  };
}
