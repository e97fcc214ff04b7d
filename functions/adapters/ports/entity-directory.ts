/** Whether somebody is registered, and as what. */
import type { Entity } from '../../../core/contracts/entities.ts';
import type { EntityRef } from '../../../core/contracts/identifiers.ts';

export interface EntityDirectory {
  /** As it stands now. */
  entity(ref: EntityRef): Promise<Entity | undefined>;
}
