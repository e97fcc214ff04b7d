/** Entities as people write them: without what is the server's, and with one door for owners. */
import * as z from 'zod';
import {
  ApplicationSchema,
  DeviceSchema,
  type Entity,
  EntitySchema,
  GatewaySchema,
  ResourceSchema,
  UserSchema,
} from '../../core/contracts/entities.ts';
import type { EntityRef, SiteId } from '../../core/contracts/identifiers.ts';

const servers = { site: true, version: true } as const;
const serversAndOwners = { ...servers, owners: true } as const;

const device = DeviceSchema.unwrap();
const user = UserSchema.unwrap();
const application = ApplicationSchema.unwrap();
const resource = ResourceSchema.unwrap();
const gateway = GatewaySchema.unwrap();

export const NewEntitySchema = z.discriminatedUnion('kind', [
  device.omit(servers),
  user.omit(servers),
  application.omit(servers),
  resource.omit(servers),
  gateway.omit(servers),
]);
export type NewEntity = z.infer<typeof NewEntitySchema>;

export const ReplacedEntitySchema = z.discriminatedUnion('kind', [
  device.omit(serversAndOwners),
  user.omit(serversAndOwners),
  application.omit(serversAndOwners),
  resource.omit(serversAndOwners),
  gateway.omit(serversAndOwners),
]);
export type ReplacedEntity = z.infer<typeof ReplacedEntitySchema>;

export const entityOf = (
  body: NewEntity | (ReplacedEntity & Pick<Entity, 'owners'>),
  site: SiteId,
  version: number,
): Entity => EntitySchema.parse({ ...body, site, version });

/** The opaque names it answers to. */
export function aliasesOf(entity: Entity): readonly string[] {
  if (entity.kind === 'resource') return [entity.alias];
  return entity.kind === 'device' ? entity.services.map(({ alias }) => alias) : [];
}

/** The hub it speaks through, which must exist. */
export const hubOf = (entity: Entity): EntityRef | null =>
  entity.kind === 'device' && entity.behind !== null ? { kind: 'device', id: entity.behind } : null;
