/**
 * The circumstances of an AuthZEN request, from its `context` and from what the policy engine knows itself.
 *
 * Members of `context` that are not listed here are ignored, as AuthZEN has it; a listed one of the wrong form is an
 * error. How fresh the engine's own state is, no caller can say.
 */
import * as z from 'zod';
import type { AccessRequest } from '../contracts/access.ts';
import { EntityIdSchema, type EntityRef } from '../contracts/identifiers.ts';
import { failure, type Result, success } from '../result.ts';
import type { EnvironmentFacts } from './environment-facts.ts';
import { freshnessBand } from './freshness.ts';
import type { SiteView } from './site-view.ts';

const AccessContextSchema = z.object({
  stage: z.enum(['admission', 'connection', 'use']).default('use'),
  established: z.boolean().default(false),
  sessionAgeSeconds: z.int().nonnegative().optional(),
  /** The gateway on the way; a site with one gateway need not say. */
  gateway: EntityIdSchema.optional(),
  /** Label of the zone; the gateway's own when nobody says. */
  zone: z.string().max(128).optional(),
  /** The terminal a person sits at. */
  device: EntityIdSchema.optional(),
  authentication: z.strictObject({ acr: z.string().max(128), ageSeconds: z.int().nonnegative() }).optional(),
  breakGlass: z.boolean().default(false),
});

export interface EngineFacts {
  readonly nowMs: number;
  readonly headAgeSeconds: number;
}

export function environmentFromRequest(
  request: AccessRequest,
  view: SiteView,
  { nowMs, headAgeSeconds }: EngineFacts,
): Result<EnvironmentFacts, 'context-malformed'> {
  const parsed = AccessContextSchema.safeParse(request.context ?? {});
  if (!parsed.success) return failure('context-malformed', z.prettifyError(parsed.error));
  const { stage, established, breakGlass, authentication, ...context } = parsed.data;
  const gateway = gatewayOf(context.gateway ?? (view.gateways.length === 1 ? view.gateways[0] : undefined));
  const since = (ageSeconds: number | undefined): number | null =>
    ageSeconds === undefined ? null : nowMs - ageSeconds * 1000;
  return success({
    nowMs,
    freshness: freshnessBand(headAgeSeconds, nowMs < view.bundleExpiresAtMs),
    headAgeSeconds,
    gateway,
    zone: context.zone ?? zoneOf(view, gateway),
    stage,
    established,
    sessionStartedAtMs: since(context.sessionAgeSeconds),
    authentication:
      authentication === undefined
        ? null
        : { acr: authentication.acr, authenticatedAtMs: nowMs - authentication.ageSeconds * 1000 },
    device: context.device === undefined ? null : { kind: 'device', id: context.device },
    breakGlass,
  });
}

const gatewayOf = (id: EntityRef['id'] | undefined): EntityRef | null =>
  id === undefined ? null : { kind: 'gateway', id };

function zoneOf(view: SiteView, gateway: EntityRef | null): string {
  const entity = gateway === null ? undefined : view.entity(gateway);
  return entity !== undefined && 'zone' in entity ? entity.zone : '';
}
