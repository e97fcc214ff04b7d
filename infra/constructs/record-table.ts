/**
 * A table of records that must survive mistakes: encrypted with the data key, recoverable to any second of the last
 * 35 days, retained when its stack goes, and protected from deletion.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, type StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

export interface RecordTableProps {
  readonly encryptionKey: IKey;
  readonly stream?: StreamViewType;
  /** Attribute with the epoch second at which a record may go. */
  readonly timeToLiveAttribute?: string;
}

const RECOVERY_DAYS = 35;

export class RecordTable extends Table {
  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.encryptionKey,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: RECOVERY_DAYS,
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(props.stream === undefined ? {} : { stream: props.stream }),
      ...(props.timeToLiveAttribute === undefined ? {} : { timeToLiveAttribute: props.timeToLiveAttribute }),
    });
  }
}
