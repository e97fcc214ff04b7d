/** Malware indicators: known-bad files, by hash. */
import * as z from 'zod';
import { MalwareIndicatorSchema } from '../../../core/contracts/bundle.ts';
import { Sha256Schema } from '../../../core/contracts/identifiers.ts';
import { deleteRoute, listRoute, putRoute, readRoute } from '../document-routes.ts';
import type { AdminParts } from '../parts.ts';
import type { Mount } from '../route.ts';

const ParamsSchema = z.strictObject({ sha256: Sha256Schema });
const BodySchema = MalwareIndicatorSchema.unwrap().omit({ sha256: true });

export const indicatorRoutes = (parts: AdminParts): readonly Mount[] => {
  const kind = {
    type: 'indicator',
    path: '/v1/indicators',
    itemPath: '/v1/indicators/{sha256}',
    name: 'malware indicators',
    read: 'indicators.read',
    write: 'indicators.write',
    document: MalwareIndicatorSchema,
    params: ParamsSchema,
    body: BodySchema,
    itemOf: ({ sha256 }: z.infer<typeof ParamsSchema>, body: z.infer<typeof BodySchema>) =>
      ({ type: 'indicator', document: { sha256, ...body } }) as const,
    idOf: ({ sha256 }: z.infer<typeof ParamsSchema>) => sha256,
  } as const;
  return [listRoute(parts, kind), readRoute(parts, kind), putRoute(parts, kind), deleteRoute(parts, kind)];
};
