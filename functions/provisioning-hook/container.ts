/** Wires the provisioning hook. */
import { createDocuments } from '../adapters/dynamodb/documents.ts';
import { DynamodbClaimStore } from '../adapters/dynamodb/dynamodb-claim-store.ts';
import { DynamodbEntityDirectory } from '../adapters/dynamodb/dynamodb-entity-directory.ts';
import { realSurroundings } from '../adapters/lambda/surroundings.ts';
import type { ClaimStore } from '../adapters/ports/claim-store.ts';
import type { Surroundings } from '../adapters/ports/clock.ts';
import type { EntityDirectory } from '../adapters/ports/entity-directory.ts';
import { createLog, type Log } from '../http/log.ts';
import type { Config } from './config.ts';

export interface Container {
  readonly claims: Pick<ClaimStore, 'find' | 'reserve'>;
  readonly entities: EntityDirectory;
  readonly surroundings: Pick<Surroundings, 'nowMs'>;
  readonly log: Log;
}

export function createContainer({ IDENTITY_TABLE }: Config): Container {
  const documents = createDocuments();
  return {
    claims: new DynamodbClaimStore(documents, IDENTITY_TABLE),
    entities: new DynamodbEntityDirectory(documents, IDENTITY_TABLE),
    surroundings: realSurroundings,
    log: createLog('provisioning-hook'),
  };
}
