/** The libraries and their keeping: one data key, the tables, and the buckets of bundles and audit bodies. */
import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, type ITable, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { AccessLogBucket } from '../constructs/access-log-bucket.ts';
import { allowLogEncryption } from '../constructs/log-encryption.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import { RecordTable } from '../constructs/record-table.ts';
import { RecoveryPlan } from '../constructs/recovery-plan.ts';
import type { Settings } from '../settings.ts';

/** 45 CFR §164.316(b)(2)(i): six years, and a day for each leap year in them. */
const AUDIT_RETENTION = Duration.days(6 * 365 + 2);
/** A gateway takes the newest bundle and may ask for the one before; both are younger than this. */
const BUNDLE_HISTORY = Duration.days(90);

const BUNDLE_PREFIX = 'bundles/';
const EXPIRY = 'expiresAtEpochSeconds';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
}

export interface Tables {
  readonly identity: Table;
  readonly baseline: Table;
  readonly trust: Table;
  readonly session: Table;
  readonly policy: Table;
  readonly audit: Table;
}

export class DataStack extends Stack {
  readonly encryptionKey: Key;
  readonly tables: Tables;
  /** The trust table as whoever follows its stream needs it. */
  readonly trustStream: ITable;
  readonly bundles: PrivateBucket;
  readonly auditBodies: PrivateBucket;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const encryptionKey = new Key(this, 'DataKey', {
      alias: 'vitalgate/data',
      description: 'Encrypts what Vitalgate stores and queues',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    allowLogEncryption(encryptionKey);
    this.encryptionKey = encryptionKey;
    this.tables = {
      identity: new RecordTable(this, 'Identity', { encryptionKey, timeToLiveAttribute: EXPIRY }),
      baseline: new RecordTable(this, 'Baseline', { encryptionKey }),
      trust: new RecordTable(this, 'Trust', {
        encryptionKey,
        stream: StreamViewType.NEW_IMAGE,
        timeToLiveAttribute: EXPIRY,
      }),
      session: new RecordTable(this, 'Session', { encryptionKey, timeToLiveAttribute: EXPIRY }),
      policy: new RecordTable(this, 'Policy', { encryptionKey }),
      audit: new RecordTable(this, 'Audit', { encryptionKey }),
    };
    this.addIndexes();
    this.trustStream = this.streamed(this.tables.trust);
    const accessLogs = new AccessLogBucket(this, 'AccessLogs');
    this.bundles = new PrivateBucket(this, 'Bundles', {
      encryptionKey,
      accessLogs,
      lifecycleRules: [
        { prefix: BUNDLE_PREFIX, expiration: BUNDLE_HISTORY, noncurrentVersionExpiration: BUNDLE_HISTORY },
      ],
    });
    this.auditBodies = new PrivateBucket(this, 'AuditBodies', {
      encryptionKey,
      accessLogs,
      retention: ObjectLockRetention.governance(AUDIT_RETENTION),
    });
    if (!props.settings.local)
      new RecoveryPlan(this, 'Recovery', { tables: Object.values(this.tables), encryptionKey });
  }

  private addIndexes(): void {
    const text = (name: string) => ({ name, type: AttributeType.STRING });
    for (const table of [this.tables.audit, this.tables.session])
      table.addGlobalSecondaryIndex({
        indexName: 'by-site',
        partitionKey: text('site'),
        sortKey: text('at'),
        projectionType: ProjectionType.ALL,
      });
    this.tables.trust.addGlobalSecondaryIndex({
      indexName: 'due',
      partitionKey: text('dueSite'),
      sortKey: text('dueAt'),
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }

  private streamed(table: Table): ITable {
    const { tableArn, tableStreamArn } = table;
    if (tableStreamArn === undefined) throw new Error(`${table.node.path} has no stream`);
    const { encryptionKey } = this;
    return Table.fromTableAttributes(this, 'TrustStream', { tableArn, tableStreamArn, encryptionKey });
  }
}
