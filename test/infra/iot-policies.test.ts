import { describe, expect, it } from 'vitest';
import { devicePolicy, gatewayPolicy, type IotPolicyDocument, remediationPolicy } from '../../infra/iot-policies.ts';
import { synthesiseApplication } from '../fixtures/cloud-application.ts';

/** @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html (maximum policy document size) */
const MAX_CHARACTERS = 2048;
const LONGEST = { partition: 'aws-us-gov', region: 'ap-southeast-1', account: '123456789012' } as const;
const scope = { ...LONGEST, sites: 'thing-attribute' } as const;
const POLICIES = [
  ['device', devicePolicy],
  ['gateway', gatewayPolicy],
  ['remediation', remediationPolicy],
] as const;

const application = await synthesiseApplication();

const allowed = (document: IotPolicyDocument) => document.Statement.filter(({ Effect }) => Effect === 'Allow');

describe.each(POLICIES)('the %s policy', (_, policy) => {
  it('fits into what IoT Core takes', () => {
    expect(JSON.stringify(policy(scope)).length).toBeLessThanOrEqual(MAX_CHARACTERS);
  });

  it('allows nothing but what names the own thing', () => {
    for (const { Resource } of allowed(policy(scope)))
      for (const resource of Resource) {
        expect(resource).toContain('iot:Connection.Thing.ThingName');
        expect(resource).not.toContain('*');
      }
  });

  it('lets nobody connect whose certificate is not attached to the thing of that name', () => {
    const [connect] = allowed(policy(scope)).filter(({ Action }) => Action === 'iot:Connect');
    expect(connect?.Condition).toEqual({ Bool: { 'iot:Connection.Thing.IsAttached': 'true' } });
  });

  it('keeps topics to the site of the thing', () => {
    for (const { Action, Resource } of allowed(policy(scope)))
      if (Action !== 'iot:Connect')
        for (const resource of Resource)
          expect(resource).toContain('vg/1/$' + '{iot:Connection.Thing.Attributes[site]}/');
  });
});

describe('the device policy', () => {
  it('lets a device say its posture and hear its commands, nothing else', () => {
    const topics = allowed(devicePolicy({ ...scope, sites: ['north'] })).flatMap(({ Action, Resource }) =>
      Resource.map((resource) => `${Action} ${resource.split(':').slice(5).join(':')}`),
    );
    const thing = '$' + '{iot:Connection.Thing.ThingName}';
    expect(topics).toEqual([
      `iot:Connect client/${thing}`,
      `iot:Publish topic/vg/1/north/d/${thing}/posture`,
      `iot:Receive topic/vg/1/north/d/${thing}/command`,
      `iot:Subscribe topicfilter/vg/1/north/d/${thing}/command`,
    ]);
  });
});

describe('the remediation policy', () => {
  it('denies whatever other policies may give one day', () => {
    const [denied] = remediationPolicy(scope).Statement.filter(({ Effect }) => Effect === 'Deny');
    expect(denied?.Action).toEqual(['iot:Publish', 'iot:Subscribe', 'iot:Receive', 'iot:RetainPublish']);
    expect(denied?.Resource.join(' ')).toContain('vg/1/*/g/*');
  });
});

describe('IoT Core', () => {
  it('takes each kind of message to its queue, and failures to dead letters', () => {
    const rules = application.ofType('AWS::IoT::TopicRule').map(([, { Properties }]) => Properties);
    expect(rules).toHaveLength(5);
    for (const rule of rules)
      expect(rule).toMatchObject({
        TopicRulePayload: { Actions: [{ Sqs: { UseBase64: false } }], ErrorAction: { Sqs: expect.anything() } },
      });
  });

  it('writes beside each message who sent it, as the connection knows it', () => {
    for (const [, { Properties }] of application.ofType('AWS::IoT::TopicRule'))
      expect(JSON.stringify(Properties)).toContain('principal() AS principal, clientid() AS clientId');
  });

  it('asks the hook before it provisions anything', () => {
    const [template] = application.ofType('AWS::IoT::ProvisioningTemplate').map(([, { Properties }]) => Properties);
    expect(template).toMatchObject({
      PreProvisioningHook: { TargetArn: expect.anything() },
      Enabled: true,
    });
  });

  it('knows the device and the gateway authority, and registers nothing by itself', () => {
    const authorities = application.ofType('AWS::IoT::CACertificate').map(([, { Properties }]) => Properties);
    expect(authorities).toHaveLength(2);
    for (const authority of authorities)
      expect(authority).toMatchObject({
        Status: 'ACTIVE',
        AutoRegistrationStatus: 'DISABLE',
        CertificateMode: 'SNI_ONLY',
      });
  });
});
