/** What the gateway authorizer has found out about a caller, as it arrives with the request it let pass. */
import * as z from 'zod';
import { EntityIdSchema, Sha256Schema, SiteIdSchema } from '../../core/contracts/identifiers.ts';
import { VitalgateError } from '../../core/errors.ts';
import type { HttpEvent } from './http-event.ts';

export const GatewayCallerSchema = z
  .object({
    site: SiteIdSchema,
    gateway: EntityIdSchema,
    /** SHA-256 of the certificate that the gateway proved to hold the key of. */
    thumbprint: Sha256Schema,
  })
  .readonly();
export type GatewayCaller = z.infer<typeof GatewayCallerSchema>;

/** @throws VitalgateError `ERR_AUTHORIZER` when the route is not behind the gateway authorizer */
export function gatewayCaller({ requestContext }: HttpEvent): GatewayCaller {
  const parsed = GatewayCallerSchema.safeParse(requestContext.authorizer?.lambda);
  if (parsed.success) return parsed.data;
  throw new VitalgateError('ERR_AUTHORIZER', 'nobody has said which gateway this is');
}
