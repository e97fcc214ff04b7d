/** FlowRecord: what one session did in at most ten seconds, as the gateway saw it. Counts and times, never content. */
import * as z from 'zod';
import { ProtocolSchema } from './entities.ts';
import { EntityIdSchema, EntityRefSchema, SiteIdSchema, TimestampSchema, VerbSchema } from './identifiers.ts';

/** The longest stretch of a session that one record covers. */
export const FLOW_INTERVAL_SECONDS = 10;

const count = z.int().nonnegative();

/** Microseconds. All zero when fewer than two packets were seen. */
const InterArrivalSchema = z.strictObject({
  meanMicros: count,
  deviationMicros: count,
  minimumMicros: count,
  maximumMicros: count,
});

const DirectionTrafficSchema = z.strictObject({ bytes: count, packets: count, interArrival: InterArrivalSchema });

export const FlowRecordSchema = z
  .strictObject({
    schema: z.literal('vitalgate.flow-record/1'),
    site: SiteIdSchema,
    gateway: EntityIdSchema,
    bootId: z.uuid(),
    seq: count,
    sessionId: z.uuid(),
    device: EntityIdSchema,
    user: EntityIdSchema.nullable(),
    peer: EntityRefSchema,
    /** Who opened it, seen from the device. */
    direction: z.enum(['outbound', 'inbound']),
    protocol: ProtocolSchema,
    startedAt: TimestampSchema,
    endedAt: TimestampSchema,
    verbs: z.array(z.strictObject({ verb: VerbSchema, count, failures: count })).max(64),
    toPeer: DirectionTrafficSchema,
    fromPeer: DirectionTrafficSchema,
    /** From the last byte of a request to the first of its answer; `null` when none was seen. */
    firstByteDelayMicros: count.nullable(),
    failures: count,
  })
  .readonly();
export type FlowRecord = z.infer<typeof FlowRecordSchema>;
