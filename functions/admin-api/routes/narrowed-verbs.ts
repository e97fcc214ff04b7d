/** What "narrowed" means for a category: the verbs that a restricted device keeps. */
import * as z from 'zod';
import { NarrowedVerbsSchema } from '../../../core/contracts/bundle.ts';
import { DeviceCategorySchema } from '../../../core/contracts/entities.ts';
import { listRoute, putRoute, readRoute } from '../document-routes.ts';
import type { AdminParts } from '../parts.ts';
import type { Mount } from '../route.ts';

const ParamsSchema = z.strictObject({ category: DeviceCategorySchema });
const BodySchema = NarrowedVerbsSchema.unwrap().omit({ category: true });

export const narrowedVerbRoutes = (parts: AdminParts): readonly Mount[] => {
  const kind = {
    type: 'narrowed',
    path: '/v1/narrowed-verbs',
    itemPath: '/v1/narrowed-verbs/{category}',
    name: 'the verbs of a restricted category',
    read: 'narrowed-verbs.read',
    write: 'narrowed-verbs.write',
    document: NarrowedVerbsSchema,
    params: ParamsSchema,
    body: BodySchema,
    itemOf: ({ category }: z.infer<typeof ParamsSchema>, { verbs }: z.infer<typeof BodySchema>) =>
      ({ type: 'narrowed', document: { category, verbs } }) as const,
    idOf: ({ category }: z.infer<typeof ParamsSchema>) => category,
  } as const;
  return [listRoute(parts, kind), readRoute(parts, kind), putRoute(parts, kind)];
};
