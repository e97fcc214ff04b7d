/** Wires the certificate authority. */
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { HttpsDeploymentAnswers } from '../adapters/cloudformation/https-deployment-answers.ts';
import { kmsKeySource } from '../adapters/kms/kms-signer.ts';
import { realSurroundings } from '../adapters/lambda/surroundings.ts';
import type { AuthorityStore } from '../adapters/ports/authority-store.ts';
import type { Surroundings } from '../adapters/ports/clock.ts';
import type { DeploymentAnswers } from '../adapters/ports/deployment-answers.ts';
import type { CertifiableSigner } from '../adapters/ports/signing.ts';
import { S3AuthorityStore } from '../adapters/s3/s3-authority-store.ts';
import { createLog, type Log } from '../http/log.ts';
import type { Config } from './config.ts';

export interface Container {
  /** @param keyId id or ARN of a signing key */
  readonly keyOf: (keyId: string) => Promise<CertifiableSigner>;
  readonly store: AuthorityStore;
  readonly answers: DeploymentAnswers;
  readonly surroundings: Pick<Surroundings, 'nowMs' | 'randomBytes'>;
  readonly log: Log;
}

export function createContainer({ BUNDLE_BUCKET }: Config): Container {
  const kms = new KMSClient({});
  return {
    keyOf: (keyId) => kmsKeySource(kms, keyId)(),
    store: new S3AuthorityStore(new S3Client({}), BUNDLE_BUCKET),
    answers: new HttpsDeploymentAnswers(realSurroundings.sleep),
    surroundings: realSurroundings,
    log: createLog('certificate-authority'),
  };
}
