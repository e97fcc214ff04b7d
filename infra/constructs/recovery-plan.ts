/** Daily backups beside point-in-time recovery: what is lost later than 35 days ago can still be brought back. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from 'aws-cdk-lib/aws-backup';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Schedule } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface RecoveryPlanProps {
  readonly tables: readonly ITable[];
  readonly encryptionKey: IKey;
}

const KEPT_FOR = Duration.days(400);

export class RecoveryPlan extends Construct {
  constructor(scope: Construct, id: string, props: RecoveryPlanProps) {
    super(scope, id);
    const vault = new BackupVault(this, 'Vault', {
      encryptionKey: props.encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN,
      blockRecoveryPointDeletion: true,
    });
    const plan = new BackupPlan(this, 'Plan', { backupVault: vault });
    plan.addRule(
      new BackupPlanRule({
        ruleName: 'daily',
        scheduleExpression: Schedule.cron({ hour: '2', minute: '0' }),
        deleteAfter: KEPT_FOR,
      }),
    );
    plan.addSelection('Tables', { resources: props.tables.map((table) => BackupResource.fromDynamoDbTable(table)) });
  }
}
