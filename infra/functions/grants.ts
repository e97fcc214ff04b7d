/** What functions may do, action by action on named resources. functions/README.md says why each needs it. */
import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ServiceFunction } from '../constructs/service-function.ts';
import type { EngineParts } from './parts.ts';

export const SIGN = ['kms:Sign', 'kms:GetPublicKey'] as const;
export const READ_KEY = ['kms:GetPublicKey'] as const;

type TableAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

export function allowTable(service: ServiceFunction, table: Table, ...actions: TableAction[]): void {
  service.allow(
    actions.map((action) => `dynamodb:${action}`),
    table.tableArn,
  );
}

export function allowIndex(service: ServiceFunction, table: Table, index: string): void {
  service.allow(['dynamodb:Query'], `${table.tableArn}/index/${index}`);
}

/** Use of the data key only through the services that store with it: never to read a ciphertext of one's own. */
export function allowDataKey(service: ServiceFunction, key: IKey): void {
  const { region } = Stack.of(service);
  service.role.addToPolicy(
    new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': ['dynamodb', 's3', 'sqs'].map((name) => `${name}.${region}.amazonaws.com`) },
      },
    }),
  );
}

export function allowPublish(service: ServiceFunction, ...kinds: ('head' | 'state')[]): void {
  service.allow(['iot:Publish'], ...kinds.map((kind) => iotArn(service, 'topic', `vg/1/*/g/*/${kind}`)));
}

export const iotArn = (service: ServiceFunction, type: string, name: string): string =>
  Stack.of(service).formatArn({ service: 'iot', resource: type, resourceName: name });

/** The unit of change: a signed update, its outbox row and its audit records in one transaction, then published. */
export function allowLedger(service: ServiceFunction, { data, pki }: EngineParts): void {
  allowTable(service, data.tables.trust, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem');
  allowTable(service, data.tables.audit, 'PutItem');
  allowTable(service, data.tables.identity, 'BatchGetItem', 'GetItem', 'Query');
  service.allow(SIGN, pki.stateKey.keyArn);
  allowPublish(service, 'state');
  allowDataKey(service, data.encryptionKey);
}
