/** IoT Core's own log: connections refused, rules that failed, changes of the registry. */

import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnLogging } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';

/** Where IoT Core writes; the name is its own. */
const LOG_GROUP = 'AWSIotLogsV2';

export class RegistryLogging extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const stack = Stack.of(this);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('iot.amazonaws.com') });
    const logGroup = `arn:${stack.partition}:logs:${stack.region}:${stack.account}:log-group:${LOG_GROUP}`;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:PutRetentionPolicy'],
        resources: [logGroup, `${logGroup}:*`],
      }),
    );
    new CfnLogging(this, 'Logging', { accountId: stack.account, defaultLogLevel: 'INFO', roleArn: role.roleArn });
  }
}
