import { createHash, X509Certificate } from 'node:crypto';
import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateThingCommand,
  DescribeCertificateCommand,
  IoTClient,
  RegisterCertificateCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { entityId, entityRef, siteId } from '../../../../core/contracts/identifiers.ts';
import { IotDeviceContainment } from '../../../../functions/adapters/iot/iot-device-containment.ts';
import { IotDeviceRegistry } from '../../../../functions/adapters/iot/iot-device-registry.ts';
import { IotStatePublisher } from '../../../../functions/adapters/iot/iot-state-publisher.ts';
import { createTestPki } from '../../../fixtures/pki.ts';

const region = { region: 'eu-west-1' };
const iot = mockClient(IoTClient);
const data = mockClient(IoTDataPlaneClient);
beforeEach(() => {
  iot.reset();
  data.reset();
});

const PUMP = entityRef('device', 'north:pump-3');
const ARN = 'arn:aws:iot:eu-west-1:1:cert/abc';
const registry = new IotDeviceRegistry(new IoTClient(region), {
  device: { policy: 'device-policy', thingType: 'device-type' },
  gateway: { policy: 'gateway-policy', thingType: 'gateway-type' },
});

describe('the device registry', () => {
  it('registers certificate and thing, and ties both to the policy of the kind', async () => {
    iot.on(RegisterCertificateCommand).resolves({ certificateArn: ARN });
    await registry.admit(PUMP, 'leaf', 'authority');
    const [registered] = iot.commandCalls(RegisterCertificateCommand);
    expect(registered?.args[0].input).toEqual({
      certificatePem: 'leaf',
      caCertificatePem: 'authority',
      status: 'ACTIVE',
    });
    expect(iot.commandCalls(CreateThingCommand)[0]?.args[0].input).toMatchObject({
      thingName: 'north:pump-3',
      thingTypeName: 'device-type',
      attributePayload: { attributes: { site: 'north', kind: 'device' } },
    });
    expect(iot.commandCalls(AttachPolicyCommand)[0]?.args[0].input).toEqual({
      policyName: 'device-policy',
      target: ARN,
    });
    expect(iot.commandCalls(AttachThingPrincipalCommand)[0]?.args[0].input).toEqual({
      thingName: 'north:pump-3',
      principal: ARN,
    });
  });

  it('finds what an earlier attempt has left', async () => {
    const { certificatePem } = await (await createTestPki()).issue(PUMP);
    const exists = new ResourceAlreadyExistsException({ message: 'exists', $metadata: {} });
    iot.on(RegisterCertificateCommand).rejects(exists);
    iot.on(CreateThingCommand).rejects(exists);
    iot.on(DescribeCertificateCommand).resolves({ certificateDescription: { certificateArn: ARN } });
    await registry.admit(PUMP, certificatePem, 'authority');
    const certificateId = createHash('sha256').update(new X509Certificate(certificatePem).raw).digest('hex');
    expect(iot.commandCalls(DescribeCertificateCommand)[0]?.args[0].input).toEqual({ certificateId });
    expect(iot.commandCalls(AttachPolicyCommand)).toHaveLength(1);
  });

  it('knows nothing of business systems: they do not speak to the broker', async () => {
    await registry.admit(entityRef('resource', 'north:fhir'), 'leaf', 'authority');
    expect(iot.calls()).toHaveLength(0);
  });
});

describe('containment', () => {
  const containment = new IotDeviceContainment(new IoTClient(region), new IoTDataPlaneClient(region), 'remediation');
  const named = (name: string) => Object.assign(new Error('answer'), { name });

  it('puts a thing into the group with the remediation-only policy', async () => {
    await containment.contain('north:pump-3');
    expect(iot.commandCalls(AddThingToThingGroupCommand)[0]?.args[0].input).toMatchObject({
      thingGroupName: 'remediation',
      thingName: 'north:pump-3',
    });
  });

  it('shuts out a key and ends its connection', async () => {
    await containment.deactivate('a'.repeat(64), 'north:pump-3');
    expect(iot.commandCalls(UpdateCertificateCommand)[0]?.args[0].input).toMatchObject({ newStatus: 'INACTIVE' });
    expect(data.commandCalls(DeleteConnectionCommand)[0]?.args[0].input).toEqual({ clientId: 'north:pump-3' });
  });

  it('is content where there is no connection to end, and where the certificate is not the broker’s', async () => {
    data.on(DeleteConnectionCommand).rejects(named('ResourceNotFoundException'));
    await containment.deactivate('a'.repeat(64), 'north:pump-3');
    iot.on(UpdateCertificateCommand).rejects(new ResourceNotFoundException({ message: 'none', $metadata: {} }));
    await containment.deactivate('b'.repeat(64), 'north:fhir');
    expect(data.commandCalls(DeleteConnectionCommand)).toHaveLength(1);
  });

  it('fails when the broker does, so that it is tried again', async () => {
    data.on(DeleteConnectionCommand).rejects(named('ThrottlingException'));
    await expect(containment.deactivate('a'.repeat(64), 'x')).rejects.toThrow();
  });
});

describe('the state publisher', () => {
  const gateways = ['north:gw-1', 'north:gw-2'].map(entityId);
  const publisher = new IotStatePublisher(new IoTDataPlaneClient(region), {
    gateways: () => Promise.resolve(gateways),
  });

  it('hands the same signed document to every gateway of the site', async () => {
    await publisher.publish(siteId('north'), 'state', 'a.b.c', 0);
    expect(data.commandCalls(PublishCommand).map(({ args }) => args[0].input)).toMatchObject([
      { topic: 'vg/1/north/g/north:gw-1/state', qos: 1 },
      { topic: 'vg/1/north/g/north:gw-2/state', qos: 1 },
    ]);
    expect(Buffer.from(data.commandCalls(PublishCommand)[0]?.args[0].input.payload as Uint8Array).toString()).toBe(
      'a.b.c',
    );
  });

  it('fails when one was not taken, after all were tried', async () => {
    data.on(PublishCommand).rejectsOnce(new Error('no')).resolves({});
    await expect(publisher.publish(siteId('north'), 'head', 'a.b.c', 0)).rejects.toThrow('no');
    expect(data.commandCalls(PublishCommand)).toHaveLength(2);
  });
});
