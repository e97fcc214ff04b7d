/** Where S3 writes who read what. S3 delivers access logs only to a bucket with its own managed encryption. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

const HISTORY = Duration.days(400);

export class AccessLogBucket extends Bucket {
  /** Never; and so declared, as `IBucket` wants a definite answer. */
  override get isWebsite(): boolean {
    return false;
  }

  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [{ expiration: HISTORY, noncurrentVersionExpiration: HISTORY }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
