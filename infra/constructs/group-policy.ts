/** Holds the things of a group to a policy. CloudFormation's own attachment takes certificates only, so a function does it. */
import { CustomResource, Duration } from 'aws-cdk-lib';
import type { CfnPolicy, CfnThingGroup } from 'aws-cdk-lib/aws-iot';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from './service-function.ts';

/** Else a deployment whose function could not answer would wait for an hour. */
const ANSWER_WITHIN = Duration.minutes(3);

export interface GroupPolicyProps {
  readonly policy: CfnPolicy;
  readonly group: CfnThingGroup;
  readonly encryptionKey: IKey;
  /** The endpoint authorises attaching on no particular target. */
  readonly anyTarget: boolean;
}

export class GroupPolicy extends ServiceFunction {
  constructor(scope: Construct, id: string, props: GroupPolicyProps) {
    super(scope, id, {
      name: 'group-policy',
      description: 'Attaches the remediation-only policy to its group at deployment',
      encryptionKey: props.encryptionKey,
      environment: {},
      timeout: seconds(60),
      memoryMegabytes: 256,
      concurrency: 1,
    });
    this.allow(['iot:AttachPolicy', 'iot:DetachPolicy'], props.anyTarget ? '*' : props.group.attrArn);
    const attachment = new CustomResource(this, 'Attachment', {
      resourceType: 'Custom::GroupPolicy',
      serviceTimeout: ANSWER_WITHIN,
      serviceToken: this.handler.functionArn,
      properties: { PolicyName: props.policy.ref, GroupArn: props.group.attrArn },
    });
    attachment.node.addDependency(this.role, props.policy);
  }
}
