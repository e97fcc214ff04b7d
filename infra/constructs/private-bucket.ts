/** A bucket that only named roles can read: no public access, TLS only, versioned, logged, retained with its stack. */
import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  type LifecycleRule,
  type ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

export interface PrivateBucketProps {
  readonly encryptionKey: IKey;
  readonly accessLogs: IBucket;
  readonly lifecycleRules?: LifecycleRule[];
  /** Objects cannot be changed or removed before this has passed. */
  readonly retention?: ObjectLockRetention;
}

export class PrivateBucket extends Bucket {
  /** Never; and so declared, as `IBucket` wants a definite answer. */
  override get isWebsite(): boolean {
    return false;
  }

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id, {
      encryption: BucketEncryption.KMS,
      encryptionKey: props.encryptionKey,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      serverAccessLogsBucket: props.accessLogs,
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(props.lifecycleRules === undefined ? {} : { lifecycleRules: props.lifecycleRules }),
      ...(props.retention === undefined ? {} : { objectLockDefaultRetention: props.retention }),
    });
  }
}
