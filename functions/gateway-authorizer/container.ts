/** Wires the gateway authorizer. */
import { X509Certificate } from 'node:crypto';
import { createDocuments } from '../adapters/dynamodb/documents.ts';
import { DynamodbCertificateDirectory } from '../adapters/dynamodb/dynamodb-certificate-directory.ts';
import { realSurroundings } from '../adapters/lambda/surroundings.ts';
import type { CertificateDirectory } from '../adapters/ports/certificate-directory.ts';
import type { Surroundings } from '../adapters/ports/clock.ts';
import { createLog, type Log } from '../http/log.ts';
import { createMetrics, type Metrics } from '../http/metrics.ts';
import type { Config } from './config.ts';

export interface Container {
  /** The authority that issues certificates of gateways. */
  readonly anchor: X509Certificate;
  readonly audience: string;
  readonly directory: CertificateDirectory;
  readonly surroundings: Pick<Surroundings, 'nowMs'>;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createContainer(config: Config): Container {
  return {
    anchor: new X509Certificate(config.GATEWAY_CA_PEM),
    audience: config.GATEWAY_AUDIENCE,
    directory: new DynamodbCertificateDirectory(createDocuments(), config.IDENTITY_TABLE),
    surroundings: realSurroundings,
    log: createLog('gateway-authorizer'),
    metrics: createMetrics(realSurroundings.nowMs),
  };
}
