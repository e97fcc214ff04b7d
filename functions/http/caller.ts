/** Who calls, as the JWT authorizer of the HTTP API verified it. */
import * as z from 'zod';
import { type SiteId, SiteIdSchema } from '../../core/contracts/identifiers.ts';
import type { HttpEvent } from './http-event.ts';

export interface Caller {
  /** The issuer's name for the person. */
  readonly subject: string;
  readonly roles: readonly string[];
  readonly site: SiteId;
}

/** The authorizer hands a list claim on as `[one two]`; other endpoints keep the array, or its JSON. */
const RolesSchema = z.union([z.array(z.string()), z.string().transform(rolesOfText)]);

const ClaimsSchema = z.object({
  sub: z.string().min(1).max(128),
  'vitalgate:roles': RolesSchema,
  'vitalgate:site': SiteIdSchema,
});

/** @returns undefined when nobody was authenticated, or the token does not say for which site and in which roles */
export function readCaller(event: HttpEvent): Caller | undefined {
  const claims = ClaimsSchema.safeParse(event.requestContext.authorizer?.jwt?.claims);
  if (!claims.success) return undefined;
  const { sub, 'vitalgate:roles': roles, 'vitalgate:site': site } = claims.data;
  return { subject: sub, roles, site };
}

function rolesOfText(text: string): string[] {
  const list = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  return list
    .split(/[\s,]+/)
    .map((role) => role.replace(/^"(.*)"$/, '$1'))
    .filter((role) => role !== '');
}
