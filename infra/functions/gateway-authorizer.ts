/** Tells whether a request comes from a gateway that is what it says: its token is signed with its certificate's key. */
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from '../constructs/service-function.ts';
import { GATEWAY_AUDIENCE } from '../names.ts';
import { tableNames } from './environment.ts';
import { allowDataKey, allowTable } from './grants.ts';
import type { EngineParts } from './parts.ts';

export function addGatewayAuthorizer(scope: Construct, parts: EngineParts): ServiceFunction {
  const { data, pki } = parts;
  const service = new ServiceFunction(scope, 'GatewayAuthorizer', {
    name: 'gateway-authorizer',
    description: 'Authenticates gateways by their certificates',
    encryptionKey: data.encryptionKey,
    environment: {
      ...tableNames(parts).identity,
      GATEWAY_CA_PEM: pki.certificates.gateway,
      GATEWAY_AUDIENCE,
    },
    timeout: seconds(10),
    memoryMegabytes: 512,
    concurrency: 20,
  });
  allowTable(service, data.tables.identity, 'GetItem');
  allowDataKey(service, data.encryptionKey);
  return service;
}
