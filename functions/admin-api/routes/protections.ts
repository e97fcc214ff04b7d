/** The clinical owner's word that a machine must not cut something: of (device, resource, verbs), with an end. */
import * as z from 'zod';
import { type Protection, ProtectionSchema } from '../../../core/contracts/entities.ts';
import { EntityIdSchema, type EntityRef, timestamp } from '../../../core/contracts/identifiers.ts';
import type { Caller } from '../../http/caller.ts';
import { commitChange } from '../commit-change.ts';
import { ownId } from '../own-site.ts';
import type { AdminParts } from '../parts.ts';
import { deleteItem, findItem, getItem, pageItems, putItem } from '../policy-items.ts';
import { Refusal } from '../refusal.ts';
import { type Mount, route } from '../route.ts';
import { listOf, PageQuerySchema } from '../schemas.ts';

const DAY_MS = 24 * 3_600_000;
/** Longer than any course of treatment is planned ahead; a need that lasts is approved again. */
const MAX_PROTECTION_DAYS = 90;

const ProtectionBodySchema = ProtectionSchema.unwrap().omit({ approvedBy: true, approvedAt: true });
type ProtectionBody = z.infer<typeof ProtectionBodySchema>;

export const protectionRoutes = (parts: AdminParts): readonly Mount[] => [
  route({
    method: 'get',
    path: '/v1/protections',
    operation: 'protections.read',
    summary: 'Lists protections',
    query: PageQuerySchema,
    answers: { status: 200, schema: listOf(ProtectionSchema) },
    handle: async ({ caller, query }) => {
      const { items, cursor } = await pageItems(parts.content, caller, 'protection', query);
      return { status: 200, body: { items: items.map(({ value }) => value.document), cursor } };
    },
  }),
  route({
    method: 'post',
    path: '/v1/protections',
    operation: 'protections.write',
    summary: 'Protects what a device and a resource do together',
    body: ProtectionBodySchema,
    answers: { status: 201, schema: ProtectionSchema },
    handle: async ({ caller, body }) => {
      for (const id of [body.id, body.device, body.resource]) ownId(caller, id);
      const document = await approved(parts, caller, body);
      await commitChange(parts, caller.site, async () => {
        if ((await findItem(parts.content, caller, 'protection', body.id)) !== undefined) {
          throw new Refusal(409, 'ERR_PROTECTION_EXISTS', 'there is a protection with this id');
        }
        return putItem(caller, { type: 'protection', document }, { expectedVersion: 0, story: storyOf(document) });
      });
      return { status: 201, body: document, location: `/v1/protections/${document.id}` };
    },
  }),
  route({
    method: 'delete',
    path: '/v1/protections/{id}',
    operation: 'protections.write',
    summary: 'Withdraws a protection at once',
    params: z.strictObject({ id: EntityIdSchema }),
    answers: { status: 204 },
    handle: async ({ caller, params }) => {
      const id = ownId(caller, params.id);
      await commitChange(parts, caller.site, async () => {
        const { value, version } = await getItem(parts.content, caller, 'protection', id);
        const story = storyOf(value.document);
        const withdraw = { kind: 'protection', id } as const;
        return deleteItem(caller, 'protection', id, { expectedVersion: version, withdraw, story });
      });
      return { status: 204 };
    },
  }),
];

async function approved(parts: AdminParts, caller: Caller, body: ProtectionBody): Promise<Protection> {
  const nowMs = parts.surroundings.nowMs();
  const leftMs = Date.parse(body.expiresAt) - nowMs;
  if (leftMs <= 0 || leftMs > MAX_PROTECTION_DAYS * DAY_MS) {
    throw new Refusal(422, 'ERR_PROTECTION_PERIOD', `a protection ends later, and within ${MAX_PROTECTION_DAYS} days`, [
      { path: 'expiresAt', message: 'not within the period' },
    ]);
  }
  const refs: readonly EntityRef[] = [
    { kind: 'device', id: body.device },
    { kind: 'resource', id: body.resource },
  ];
  for (const ref of refs) {
    if ((await parts.content.entity(ref)) === undefined) {
      throw new Refusal(422, 'ERR_ENTITY_UNKNOWN', `no such ${ref.kind} is registered`, [
        { path: ref.kind, message: 'not registered' },
      ]);
    }
  }
  return { ...body, approvedBy: caller.subject, approvedAt: timestamp(nowMs) };
}

const storyOf = ({ device, resource, verbs, expiresAt }: Protection) => ({
  subject: { kind: 'device', id: device } as const,
  resource: { kind: 'resource', id: resource } as const,
  details: { verbs: verbs.join(' ').slice(0, 512), expiresAt },
});
