/** IoT Core asks it before it provisions a device: only a registered one with a valid claim. */
import type { Construct } from 'constructs';
import { ServiceFunction, seconds } from '../constructs/service-function.ts';
import { tableNames } from './environment.ts';
import { allowDataKey, allowTable } from './grants.ts';
import type { EngineParts } from './parts.ts';

/** IoT Core waits five seconds for the answer. */
const HOOK_SECONDS = 5;

export function addProvisioningHook(scope: Construct, parts: EngineParts): ServiceFunction {
  const { data } = parts;
  const service = new ServiceFunction(scope, 'ProvisioningHook', {
    name: 'provisioning-hook',
    description: 'Allows fleet provisioning of registered devices with a valid claim',
    encryptionKey: data.encryptionKey,
    environment: { ...tableNames(parts).identity },
    timeout: seconds(HOOK_SECONDS),
    memoryMegabytes: 512,
    concurrency: 5,
  });
  allowTable(service, data.tables.identity, 'GetItem', 'UpdateItem');
  allowDataKey(service, data.encryptionKey);
  return service;
}
