/** Command: what the control plane asks of an agent or a gateway. Signed, listed, reversible. */
import * as z from 'zod';
import { EntityRefSchema, SiteIdSchema, TimestampSchema } from './identifiers.ts';

export const COMMAND_TYP = 'vitalgate-command+jws';

const order = <Verb extends string, Arguments extends z.ZodType>(verb: Verb, args: Arguments) =>
  z.strictObject({ verb: z.literal(verb), arguments: args });

const none = z.strictObject({});
const path = z.string().min(1).max(1024);

export const CommandOrderSchema = z.discriminatedUnion('verb', [
  order('collect-posture', none),
  order('renew-certificate', none),
  order('stop-process', z.strictObject({ name: z.string().min(1).max(256) })),
  order('set-file-aside', z.strictObject({ path })),
  order('restore-file', z.strictObject({ path })),
  order('isolate-host', none),
  order('release-host', none),
]);
export type CommandOrder = z.infer<typeof CommandOrderSchema>;

export const CommandSchema = z
  .strictObject({
    schema: z.literal('vitalgate.command/1'),
    site: SiteIdSchema,
    commandId: z.uuid(),
    target: EntityRefSchema,
    issuedAt: TimestampSchema,
    expiresAt: TimestampSchema,
    order: CommandOrderSchema,
    /** Who gave their word; needed where the target has a protected session. */
    approvedBy: z.string().max(128).nullable(),
  })
  .readonly();
export type Command = z.infer<typeof CommandSchema>;
