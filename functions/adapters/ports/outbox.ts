/** What a commit promised and must be told: the row that was written with it. */
import * as z from 'zod';
import { SiteIdSchema } from '../../../core/contracts/identifiers.ts';

const EventSchema = z.object({
  type: z.templateLiteral([z.string(), '.', z.string()]),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

const EffectSchema = z.discriminatedUnion('effect', [
  z.object({ effect: z.literal('contain-thing'), thing: z.string() }),
  z.object({ effect: z.literal('release-thing'), thing: z.string() }),
  z.object({ effect: z.literal('deactivate-certificate'), thumbprint: z.string(), clientId: z.string() }),
]);

export const OutboxRowSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  site: SiteIdSchema,
  seq: z.int().nonnegative(),
  policyRevision: z.int().nonnegative(),
  /** The signed update; absent when gateways need not know. */
  token: z.string().optional(),
  events: z.array(EventSchema),
  effects: z.array(EffectSchema),
  createdAtMs: z.int().nonnegative(),
  publishedAtMs: z.int().nonnegative().optional(),
});
export type OutboxRow = z.infer<typeof OutboxRowSchema>;

export interface OutboxStore {
  isPublished(row: Pick<OutboxRow, 'pk' | 'sk'>): Promise<boolean>;
  markPublished(row: Pick<OutboxRow, 'pk' | 'sk'>, atMs: number): Promise<void>;
}
