/** SessionEvent and GatewayHealth: what a gateway tells the control plane about its sessions and about itself. */
import * as z from 'zod';
import { ProtocolSchema } from './entities.ts';
import {
  CodeSchema,
  EntityIdSchema,
  EntityRefSchema,
  Sha256Schema,
  SiteIdSchema,
  TimestampSchema,
  VerbSchema,
} from './identifiers.ts';
import { FreshnessBandSchema } from './levels.ts';

export const SESSION_EVENTS = ['session-opened', 'session-closed', 'session-cut', 'session-alarm'] as const;

/** `(bootId, seq)` makes applying it idempotent; the last event of a session is `session-closed` or `session-cut`. */
export const SessionEventSchema = z
  .strictObject({
    schema: z.literal('vitalgate.session-event/1'),
    site: SiteIdSchema,
    gateway: EntityIdSchema,
    bootId: z.uuid(),
    seq: z.int().positive(),
    at: TimestampSchema,
    event: z.enum(SESSION_EVENTS),
    sessionId: z.uuid(),
    subject: EntityRefSchema,
    device: EntityRefSchema.nullable(),
    object: EntityRefSchema,
    verb: VerbSchema,
    /** Who opened it, seen from the device. */
    direction: z.enum(['outbound', 'inbound']),
    protocol: ProtocolSchema,
    thumbprint: Sha256Schema,
    openedAt: TimestampSchema,
    /** When it is judged again at the latest; `null`: only an event can change the judgement. */
    deadlineAt: TimestampSchema.nullable(),
    reasons: z.array(CodeSchema).max(64),
    /** The protection that kept it running, when one did. */
    protection: EntityIdSchema.nullable(),
  })
  .readonly();
export type SessionEvent = z.infer<typeof SessionEventSchema>;

export const GatewayHealthSchema = z
  .strictObject({
    schema: z.literal('vitalgate.gateway-health/1'),
    site: SiteIdSchema,
    gateway: EntityIdSchema,
    bootId: z.uuid(),
    seq: z.int().positive(),
    at: TimestampSchema,
    epoch: z.int().nonnegative(),
    stateSeq: z.int().nonnegative(),
    bundleVersion: z.int().nonnegative(),
    /** `null` until the first head. */
    headAgeSeconds: z.int().nonnegative().nullable(),
    freshness: FreshnessBandSchema,
    sessions: z.int().nonnegative(),
    tunnels: z.int().nonnegative(),
    workers: z.int().positive(),
  })
  .readonly();
export type GatewayHealth = z.infer<typeof GatewayHealthSchema>;
