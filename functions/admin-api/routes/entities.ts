/** The identity library: registering, reading, replacing and deleting what may ever be subject or object. */
import * as z from 'zod';
import { EntityKindSchema, refKey } from '../../../core/contracts/identifiers.ts';
import { commitChange } from '../commit-change.ts';
import { NewEntitySchema, ReplacedEntitySchema } from '../entity-bodies.ts';
import { createEntity, deleteEntity, replaceEntity } from '../entity-changes.ts';
import { ownRef } from '../own-site.ts';
import { pageEntities } from '../page-entities.ts';
import type { AdminParts } from '../parts.ts';
import { entityUnknown, Refusal } from '../refusal.ts';
import { demandRole, type Mount, route } from '../route.ts';
import { EntityDocumentSchema, EntityParamsSchema, listOf, pageQuery } from '../schemas.ts';

const ONE = '/v1/entities/{kind}/{id}';

export const entityRoutes = (parts: AdminParts): readonly Mount[] => [
  route({
    method: 'get',
    path: '/v1/entities',
    operation: 'entities.read',
    summary: 'Lists entities',
    query: z.strictObject({ ...pageQuery, kind: EntityKindSchema.optional() }),
    answers: { status: 200, schema: listOf(EntityDocumentSchema) },
    handle: async ({ caller, query }) => ({ status: 200, body: await pageEntities(parts.content, caller.site, query) }),
  }),
  route({
    method: 'post',
    path: '/v1/entities',
    operation: 'entities.write',
    summary: 'Registers an entity',
    body: NewEntitySchema,
    answers: { status: 201, schema: EntityDocumentSchema },
    handle: async ({ caller, body }) => {
      demandRole(caller, 'entities.write', body.kind);
      ownRef(caller, body);
      const entity = await commitChange(parts, caller.site, () => createEntity(parts, caller, body));
      const location = `/v1/entities/${refKey(entity)}`;
      return { status: 201, body: entity, version: entity.version, location };
    },
  }),
  route({
    method: 'get',
    path: ONE,
    operation: 'entities.read',
    summary: 'Reads an entity',
    params: EntityParamsSchema,
    answers: { status: 200, schema: EntityDocumentSchema },
    handle: async ({ caller, params }) => {
      const entity = await parts.content.entity(ownRef(caller, params));
      if (entity === undefined) throw entityUnknown();
      return { status: 200, body: entity, version: entity.version };
    },
  }),
  route({
    method: 'put',
    path: ONE,
    operation: 'entities.write',
    summary: 'Replaces an entity, all but its owners',
    params: EntityParamsSchema,
    body: ReplacedEntitySchema,
    answers: { status: 200, schema: EntityDocumentSchema },
    handle: async ({ caller, params, body, preconditions }) => {
      if (refKey(body) !== refKey(params)) {
        throw new Refusal(422, 'ERR_NAME_MISMATCH', 'kind and id of the body are not those of the path');
      }
      ownRef(caller, params);
      const entity = await commitChange(parts, caller.site, () => replaceEntity(parts, caller, body, preconditions));
      return { status: 200, body: entity, version: entity.version };
    },
  }),
  route({
    method: 'delete',
    path: ONE,
    operation: 'entities.delete',
    summary: 'Deletes an entity that never enrolled, or that is retired',
    params: EntityParamsSchema,
    answers: { status: 204 },
    handle: async ({ caller, params, preconditions }) => {
      const ref = ownRef(caller, params);
      await commitChange(parts, caller.site, () => deleteEntity(parts, caller, ref, preconditions));
      return { status: 204 };
    },
  }),
];
