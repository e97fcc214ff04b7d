/** Turns a one-time claim and a request into a certificate. The only function that may sign with the issuing authorities. */
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from '../constructs/service-function.ts';
import { IOT_POLICIES, THING_TYPES } from '../names.ts';
import { issuingAuthorities, ledger } from './environment.ts';
import { allowLedger, allowTable, iotArn, READ_KEY, SIGN } from './grants.ts';
import type { EngineParts } from './parts.ts';

export function addEnrolment(scope: Construct, parts: EngineParts): ServiceFunction {
  const { data, pki } = parts;
  const { device, gateway, resource } = pki.authorityKeys;
  const service = new ServiceFunction(scope, 'Enrolment', {
    name: 'enrolment',
    description: 'Issues a certificate for a one-time claim and registers it',
    encryptionKey: data.encryptionKey,
    environment: {
      ...ledger(parts),
      ...issuingAuthorities(parts),
      ROOT_CA_PEM: pki.certificates.root,
      AUDIT_SIGNING_KEY: pki.auditKey.keyArn,
      DEVICE_CA_KEY: device.keyArn,
      GATEWAY_CA_KEY: gateway.keyArn,
      RESOURCE_CA_KEY: resource.keyArn,
      IOT_DEVICE_POLICY: IOT_POLICIES.device,
      IOT_GATEWAY_POLICY: IOT_POLICIES.gateway,
      IOT_DEVICE_TYPE: THING_TYPES.device,
      IOT_GATEWAY_TYPE: THING_TYPES.gateway,
      MQTT_ENDPOINT: parts.mqttEndpoint,
    },
    timeout: seconds(30),
    memoryMegabytes: 512,
    concurrency: 10,
  });
  allowLedger(service, parts);
  allowTable(service, data.tables.identity, 'PutItem', 'UpdateItem');
  allowTable(service, data.tables.policy, 'Query');
  service.allow(READ_KEY, pki.auditKey.keyArn);
  service.allow(SIGN, device.keyArn, gateway.keyArn, resource.keyArn);
  // IoT Core authorises registration on no resource: the certificate has no name before it exists. The endpoint does not
  // see either to which certificate a policy is attached.
  service.allow(['iot:RegisterCertificate', ...(parts.settings.local ? ['iot:AttachPolicy'] : [])], '*');
  service.allow(
    ['iot:DescribeCertificate', 'iot:UpdateCertificate', 'iot:AttachPolicy', 'iot:AttachThingPrincipal'],
    iotArn(service, 'cert', '*'),
  );
  service.allow(
    ['iot:CreateThing', 'iot:AttachThingPrincipal'],
    ...parts.settings.sites.map((site) => iotArn(service, 'thing', `${site}:*`)),
  );
  return service;
}
