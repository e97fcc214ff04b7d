/** RFC 9334 reference values: what a good device of a category or a model looks like. */
import { ReferenceValuesSchema } from '../../../core/contracts/bundle.ts';
import { listRoute, putRoute } from '../document-routes.ts';
import type { AdminParts } from '../parts.ts';
import type { Mount } from '../route.ts';

export const referenceValueRoutes = (parts: AdminParts): readonly Mount[] => {
  const kind = {
    type: 'reference',
    path: '/v1/reference-values',
    itemPath: '/v1/reference-values',
    name: 'reference values',
    read: 'references.read',
    write: 'references.write',
    document: ReferenceValuesSchema,
    body: ReferenceValuesSchema,
    itemOf: (_: unknown, document: typeof ReferenceValuesSchema._zod.output) =>
      ({ type: 'reference', document }) as const,
  } as const;
  return [listRoute(parts, kind), putRoute(parts, kind)];
};
