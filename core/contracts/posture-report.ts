/** PostureReport: what an agent, a gateway, passive inference or an import says of a terminal's present state. */
import * as z from 'zod';
import { Sha256Schema, TimestampSchema } from './identifiers.ts';

/** Above this a report is refused unread: IoT Core's own limit for one message. */
export const MAX_POSTURE_REPORT_BYTES = 128 * 1024;
const LIST_LIMIT = 512;

const text = (max = 256) => z.string().min(1).max(max);
const path = text(1024);
const port = z.int().min(0).max(65535);

const common = {
  observedAt: TimestampSchema,
  source: z.enum(['agent', 'gateway', 'passive', 'import']),
  /** RFC 9334: a claim made by the terminal of itself weighs less than one made by another that saw it. */
  provenance: z.enum(['self-reported', 'observed']),
};

const factor = <Name extends string, Value extends z.ZodType>(name: Name, value: Value) =>
  z.strictObject({ factor: z.literal(name), ...common, value });

const WatchedFileSchema = z.strictObject({
  path,
  /** `null` when the file is missing or cannot be read. */
  sha256: Sha256Schema.nullable(),
  sizeBytes: z.int().nonnegative(),
});

const ProcessSchema = z.strictObject({
  name: text(),
  executable: path.optional(),
  sha256: Sha256Schema.optional(),
  count: z.int().positive(),
});
const SocketSchema = z.strictObject({
  protocol: z.enum(['tcp', 'udp']),
  address: text(64),
  port,
  process: text().optional(),
});
const ConnectionSchema = z.strictObject({
  protocol: z.enum(['tcp', 'udp']),
  remoteAddress: text(64),
  remotePort: port,
  process: text().optional(),
});
const ContainerSchema = z.strictObject({
  name: text(),
  image: text(512),
  imageDigest: text(128).optional(),
  privileged: z.boolean(),
});
const SoftwareSchema = z.strictObject({ name: text(), version: text(128), purl: text(512).optional() });
const DiskSchema = z.strictObject({
  mount: path,
  usedPercent: z.int().min(0).max(100),
  encrypted: z.boolean().optional(),
});

export const PostureFactorSchema = z.discriminatedUnion('factor', [
  factor(
    'operating-system',
    z.strictObject({ name: text(), version: text(128), kernel: text(128), firmware: text(128).optional() }),
  ),
  factor('files', z.array(WatchedFileSchema).max(LIST_LIMIT)),
  factor('processes', z.array(ProcessSchema).max(LIST_LIMIT)),
  factor('listening-ports', z.array(SocketSchema).max(LIST_LIMIT)),
  factor('connections', z.array(ConnectionSchema).max(LIST_LIMIT)),
  factor('containers', z.array(ContainerSchema).max(LIST_LIMIT)),
  factor('software', z.array(SoftwareSchema).max(LIST_LIMIT)),
  factor('disk', z.array(DiskSchema).max(64)),
  factor('clock', z.strictObject({ offsetMs: z.int(), synchronized: z.boolean() })),
  factor('certificate', z.strictObject({ serial: text(64), notBefore: TimestampSchema, notAfter: TimestampSchema })),
  factor(
    'transmission',
    z.strictObject({ tlsVersion: text(16), cipher: text(64), plaintextPorts: z.array(port).max(64) }),
  ),
  factor('session', z.strictObject({ bootedAt: TimestampSchema, interactiveUsers: z.int().nonnegative() })),
]);
export type PostureFactor = z.infer<typeof PostureFactorSchema>;
export type PostureFactorName = PostureFactor['factor'];

export const PostureReportSchema = z
  .strictObject({
    schema: z.literal('vitalgate.posture-report/1'),
    /** New at every start of the reporter. With `seq` it orders reports that a broker may deliver in any order. */
    bootId: z.uuid(),
    seq: z.int().nonnegative(),
    reportedAt: TimestampSchema,
    factors: z.array(PostureFactorSchema).min(1).max(32),
  })
  .readonly();
export type PostureReport = z.infer<typeof PostureReportSchema>;
