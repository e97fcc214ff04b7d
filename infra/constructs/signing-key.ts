/** A P-256 key that signs and never leaves KMS. What it signed stays verifiable, so it outlives its stack. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

export class SigningKey extends Key {
  /** @param name what follows `vitalgate/` in its alias */
  constructor(scope: Construct, id: string, name: string, description: string) {
    super(scope, id, {
      alias: `vitalgate/${name}`,
      description,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
