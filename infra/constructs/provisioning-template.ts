/** Fleet provisioning for devices that come with a claim certificate: the hook has the last word on each. */
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnProvisioningTemplate } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import { IOT_POLICIES, PROVISIONING_TEMPLATE, THING_TYPES } from '../names.ts';
import type { Settings } from '../settings.ts';
import type { ServiceFunction } from './service-function.ts';

export interface ProvisioningTemplateProps {
  readonly settings: Settings;
  readonly hook: ServiceFunction;
}

const HOOK_PAYLOAD_VERSION = '2020-04-01';

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html */
const TEMPLATE = {
  Parameters: {
    'AWS::IoT::Certificate::Id': { Type: 'String' },
    ThingName: { Type: 'String' },
    Site: { Type: 'String' },
    Claim: { Type: 'String' },
  },
  Resources: {
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'ACTIVE' },
    },
    thing: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: { Ref: 'ThingName' },
        ThingTypeName: THING_TYPES.device,
        AttributePayload: { site: { Ref: 'Site' } },
      },
    },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: IOT_POLICIES.device } },
  },
} as const;

export class ProvisioningTemplate extends Construct {
  constructor(scope: Construct, id: string, props: ProvisioningTemplateProps) {
    super(scope, id);
    const role = this.addRole(props.settings.sites);
    props.hook.handler.addPermission('IotHook', {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
      scope: this,
    });
    const template = new CfnProvisioningTemplate(this, 'Template', {
      templateName: PROVISIONING_TEMPLATE,
      description: 'Devices that come with a claim certificate',
      enabled: true,
      templateType: 'FLEET_PROVISIONING',
      templateBody: JSON.stringify(TEMPLATE),
      provisioningRoleArn: role.roleArn,
      preProvisioningHook: { payloadVersion: HOOK_PAYLOAD_VERSION, targetArn: props.hook.handler.functionArn },
    });
    template.node.addDependency(role);
  }

  /** What the template makes and nothing else; IoT Core's managed policy would allow all of the registry. */
  private addRole(sites: readonly string[]): Role {
    const stack = Stack.of(this);
    const arn = (type: string, name: string) => stack.formatArn({ service: 'iot', resource: type, resourceName: name });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('iot.amazonaws.com') });
    const things = sites.map((site) => arn('thing', `${site}:*`));
    role.addToPolicy(
      new PolicyStatement({
        actions: ['iot:CreateThing', 'iot:DescribeThing', 'iot:UpdateThing', 'iot:ListThingPrincipals'],
        resources: things,
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['iot:DescribeCertificate', 'iot:UpdateCertificate', 'iot:AttachPolicy', 'iot:AttachThingPrincipal'],
        resources: [arn('cert', '*'), ...things],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['iot:DescribeThingType', 'iot:GetPolicy'],
        resources: [arn('thingtype', THING_TYPES.device), arn('policy', IOT_POLICIES.device)],
      }),
    );
    return role;
  }
}
