/**
 * Takes one kind of message to one queue. Who sent it is written by IoT Core from the connection, beside the payload;
 * what the rule could not deliver goes to the queue's dead letters, with the original message.
 */
import { Names } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import type { ServiceQueue } from './service-queue.ts';

export interface IngestRuleProps {
  /** Topic filter. */
  readonly topic: string;
  readonly target: ServiceQueue;
}

const SQL_VERSION = '2016-03-23';
const ENVELOPE = [
  "encode(*, 'base64') AS payload",
  'topic() AS topic',
  'principal() AS principal',
  'clientid() AS clientId',
  'timestamp() AS receivedAtMs',
].join(', ');

export class IngestRule extends Construct {
  constructor(scope: Construct, id: string, props: IngestRuleProps) {
    super(scope, id);
    const { queue, deadLetters } = props.target;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('iot.amazonaws.com'),
      description: `Of the rule for ${props.topic} alone`,
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn, deadLetters.queueArn] }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: [props.target.encryptionKey.keyArn],
      }),
    );
    const send = (queueUrl: string) => ({ queueUrl, roleArn: role.roleArn, useBase64: false });
    const rule = new CfnTopicRule(this, 'Rule', {
      ruleName: Names.uniqueResourceName(this, { separator: '_', maxLength: 100 }),
      topicRulePayload: {
        awsIotSqlVersion: SQL_VERSION,
        sql: `SELECT ${ENVELOPE} FROM '${props.topic}'`,
        actions: [{ sqs: send(queue.queueUrl) }],
        errorAction: { sqs: send(deadLetters.queueUrl) },
        ruleDisabled: false,
      },
    });
    rule.node.addDependency(role);
  }
}
