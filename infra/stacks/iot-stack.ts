/** What IoT Core knows of us: who may connect and say what, how a device is provisioned, and where messages go. */
import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnPolicy, CfnThingGroup, CfnThingType } from 'aws-cdk-lib/aws-iot';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { GroupPolicy } from '../constructs/group-policy.ts';
import { IngestRule } from '../constructs/ingest-rule.ts';
import { ProvisioningTemplate } from '../constructs/provisioning-template.ts';
import { RegistryLogging } from '../constructs/registry-logging.ts';
import type { ServiceFunction } from '../constructs/service-function.ts';
import { devicePolicy, gatewayPolicy, type PolicyScope, remediationPolicy } from '../iot-policies.ts';
import { IOT_POLICIES, REMEDIATION_GROUP, THING_TYPES } from '../names.ts';
import type { Settings } from '../settings.ts';
import type { IngestQueues } from './engine-stack.ts';

export interface IotStackProps extends StackProps {
  readonly settings: Settings;
  readonly queues: IngestQueues;
  readonly provisioningHook: ServiceFunction;
  readonly encryptionKey: IKey;
}

export class IotStack extends Stack {
  constructor(scope: Construct, id: string, props: IotStackProps) {
    super(scope, id, props);
    const { settings, queues } = props;
    this.addPolicies(props, {
      partition: this.partition,
      region: this.region,
      account: this.account,
      // The endpoint does not know a thing's attributes in policies; there each site is named instead.
      sites: settings.local ? settings.sites : 'thing-attribute',
    });
    new CfnThingType(this, 'DeviceType', {
      thingTypeName: THING_TYPES.device,
      thingTypeProperties: { thingTypeDescription: 'A medical terminal', searchableAttributes: ['site'] },
    });
    new CfnThingType(this, 'GatewayType', {
      thingTypeName: THING_TYPES.gateway,
      thingTypeProperties: { thingTypeDescription: 'An on-site access gateway', searchableAttributes: ['site'] },
    });
    new ProvisioningTemplate(this, 'Provisioning', { settings, hook: props.provisioningHook });
    new IngestRule(this, 'Posture', { topic: 'vg/1/+/d/+/posture', target: queues.posture });
    new IngestRule(this, 'Health', { topic: 'vg/1/+/g/+/health', target: queues.posture });
    new IngestRule(this, 'Evidence', { topic: 'vg/1/+/g/+/evidence', target: queues.evidence });
    new IngestRule(this, 'Sessions', { topic: 'vg/1/+/g/+/sessions', target: queues.sessions });
    new IngestRule(this, 'Audit', { topic: 'vg/1/+/g/+/audit', target: queues.audit });
    if (!settings.local) new RegistryLogging(this, 'Logging');
  }

  private addPolicies({ settings, encryptionKey }: IotStackProps, scope: PolicyScope): void {
    new CfnPolicy(this, 'DevicePolicy', { policyName: IOT_POLICIES.device, policyDocument: devicePolicy(scope) });
    new CfnPolicy(this, 'GatewayPolicy', { policyName: IOT_POLICIES.gateway, policyDocument: gatewayPolicy(scope) });
    const remediation = new CfnPolicy(this, 'RemediationPolicy', {
      policyName: IOT_POLICIES.remediation,
      policyDocument: remediationPolicy(scope),
    });
    const group = new CfnThingGroup(this, 'RemediationGroup', {
      thingGroupName: REMEDIATION_GROUP,
      thingGroupProperties: { thingGroupDescription: 'Quarantined: may be seen and remedied, nothing else' },
    });
    new GroupPolicy(this, 'GroupPolicy', { policy: remediation, group, encryptionKey, anyTarget: settings.local });
  }
}
