/** Whether the clinical owner's word is in force on something an entity takes part in. */
import type { Protection } from '../contracts/entities.ts';
import type { EntityRef } from '../contracts/identifiers.ts';

export const isProtected = (ref: EntityRef, protections: readonly Protection[], nowMs: number): boolean =>
  protections.some(
    ({ device, resource, expiresAt }) =>
      nowMs < Date.parse(expiresAt) &&
      ((ref.kind === 'device' && device === ref.id) || (ref.kind === 'resource' && resource === ref.id)),
  );
