/** What anyone may know: the public keys that signatures verify with, and the description of this interface. */
import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import type { AdminParts } from '../parts.ts';
import type { AdminApp } from '../route.ts';

const API_VERSION = '1';

/** Public members only, whatever else a key may hold. @see RFC 7518 §6.2.1 */
const PublicKeySchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  alg: z.literal('ES256'),
  use: z.literal('sig'),
});
const KeysSchema = z.strictObject({ schema: z.literal('vitalgate.root/1'), keys: z.array(PublicKeySchema) });

export function mountPublished(app: AdminApp, parts: AdminParts): void {
  const keysRoute = createRoute({
    method: 'get',
    path: '/v1/keys',
    operationId: 'getV1Keys',
    summary: 'The keys that sign bundles, states and audit checkpoints',
    tags: ['keys'],
    responses: { 200: { description: 'JSON Web Keys', content: { 'application/json': { schema: KeysSchema } } } },
  });
  app.openapi(keysRoute, async (context) => {
    const { keys } = await parts.keys();
    return context.json(
      { schema: 'vitalgate.root/1' as const, keys: keys.map((key) => PublicKeySchema.parse(key)) },
      200,
    );
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  });
  app.get('/openapi.json', (context) =>
    context.json(
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: { title: 'Vitalgate administration API', version: API_VERSION },
        servers: [{ url: parts.baseUrl ?? new URL(context.req.url).origin }],
      }),
    ),
  );
}
