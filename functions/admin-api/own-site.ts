/** A caller acts at their own site and nowhere else. */
import { type EntityId, type EntityRef, siteOf } from '../../core/contracts/identifiers.ts';
import type { Caller } from '../http/caller.ts';
import { Refusal } from './refusal.ts';

/** @throws Refusal `ERR_SITE_FOREIGN` */
export function ownId(caller: Caller, id: EntityId): EntityId {
  if (siteOf(id) !== caller.site) throw new Refusal(403, 'ERR_SITE_FOREIGN', 'it belongs to another site');
  return id;
}

/** @throws Refusal `ERR_SITE_FOREIGN` */
export const ownRef = (caller: Caller, { kind, id }: EntityRef): EntityRef => ({ kind, id: ownId(caller, id) });
