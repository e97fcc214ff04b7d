/** The last word on each device that comes to IoT Core to be provisioned. */
import type { Container } from './container.ts';
import { judgeProvisioning } from './judge-provisioning.ts';

export interface HookAnswer {
  readonly allowProvisioning: boolean;
}

/** A fault is thrown: IoT Core then provisions nothing. */
export function createHandler(container: Container): (event: unknown) => Promise<HookAnswer> {
  return async (event) => {
    const judged = await judgeProvisioning(event, container);
    if (!judged.ok) container.log.warn('provisioning-refused', { reason: judged.code });
    return { allowProvisioning: judged.ok };
  };
}
