/** Responsibility: all three owners are named and none has lapsed. No owner, no effect. @see design.md 4 */
import type { Entity } from '../contracts/entities.ts';
import { OWNER_ROLES } from '../contracts/entities.ts';

export const isOwned = ({ owners }: Entity, nowMs: number): boolean =>
  owners !== null && OWNER_ROLES.every((role) => nowMs < Date.parse(owners[role].expiresAt));

/** When the first of its owners lapses; `null` for what has none, or where one has lapsed already. */
export function ownedUntilMs(entity: Entity, nowMs: number): number | null {
  const { owners } = entity;
  if (owners === null || !isOwned(entity, nowMs)) return null;
  return Math.min(...OWNER_ROLES.map((role) => Date.parse(owners[role].expiresAt)));
}
