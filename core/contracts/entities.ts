/**
 * The identity, permission and responsibility libraries as they travel: one record per device, person, application,
 * business system and gateway, each with its owners.
 */
import * as z from 'zod';
import { EntityIdSchema, SiteIdSchema, TimestampSchema, VerbSchema } from './identifiers.ts';
import { CriticalitySchema, TrustLevelSchema } from './levels.ts';

const label = z.string().min(1).max(128);

/** One named owner. After `expiresAt` the ownership has no effect until it is confirmed again. */
export const OwnerSchema = z.strictObject({ name: label, expiresAt: TimestampSchema }).readonly();
export type Owner = z.infer<typeof OwnerSchema>;

export const OWNER_ROLES = ['clinical', 'biomedical', 'security'] as const;

/** Responsibility: all three, or the record has no effect. */
export const OwnersSchema = z
  .strictObject({ clinical: OwnerSchema, biomedical: OwnerSchema, security: OwnerSchema })
  .readonly();
export type Owners = z.infer<typeof OwnersSchema>;

const common = {
  id: EntityIdSchema,
  site: SiteIdSchema,
  /** Grows by one with every change: a stale write is refused. */
  version: z.int().positive(),
  groups: z.array(label).max(64),
  /** `null`: unowned, without effect, on the work list. */
  owners: OwnersSchema.nullable(),
};

export const ProtocolSchema = z.enum(['http', 'hl7', 'dicom', 'mqtt', 'tcp']);
export type Protocol = z.infer<typeof ProtocolSchema>;

/** Opaque name in SNI: tells an observer nothing of what is behind it. */
export const AliasSchema = z.string().regex(/^[a-z0-9]{16,32}$/);

/** How hospitals sort their terminals; it decides which checks, baselines and narrowed verbs apply. */
export const DeviceCategorySchema = z.enum([
  'infusion-pump',
  'patient-monitor',
  'ventilator',
  'analyser',
  'imaging',
  'workstation',
  'hub',
  'other',
]);
export type DeviceCategory = z.infer<typeof DeviceCategorySchema>;

export const DeviceSchema = z
  .strictObject({
    kind: z.literal('device'),
    ...common,
    category: DeviceCategorySchema,
    manufacturer: label,
    model: label,
    firmware: label.nullable(),
    ward: label,
    zone: label,
    criticality: CriticalitySchema,
    securityLevel: z.int().min(1).max(4),
    identifiers: z.strictObject({
      serial: label.optional(),
      udi: label.optional(),
      mac: label.optional(),
      aeTitle: label.optional(),
      ip: label.optional(),
    }),
    /** What a business system may reach on the device, through the gateway and the agent's own tunnel. */
    services: z
      .array(
        z.strictObject({ name: label, alias: AliasSchema, protocol: ProtocolSchema, port: z.int().min(1).max(65535) }),
      )
      .max(16),
    /** The hub this device speaks through; it is judged at most as well as the hub. */
    behind: EntityIdSchema.nullable(),
  })
  .readonly();
export type Device = z.infer<typeof DeviceSchema>;

export const UserSchema = z
  .strictObject({
    kind: z.literal('user'),
    ...common,
    displayName: label,
    roles: z.array(label).max(32),
    wards: z.array(label).max(64),
  })
  .readonly();
export type User = z.infer<typeof UserSchema>;

export const ApplicationSchema = z
  .strictObject({ kind: z.literal('application'), ...common, purpose: label, zone: label })
  .readonly();
export type Application = z.infer<typeof ApplicationSchema>;

export const DATA_CLASSES = ['public', 'internal', 'clinical', 'sensitive'] as const;
export const DataClassSchema = z.enum(DATA_CLASSES);

export const ResourceSchema = z
  .strictObject({
    kind: z.literal('resource'),
    ...common,
    alias: AliasSchema,
    protocol: ProtocolSchema,
    upstream: z.strictObject({ host: z.string().min(1).max(253), port: z.int().min(1).max(65535), tls: z.boolean() }),
    category: label,
    criticality: CriticalitySchema,
    dataClass: DataClassSchema,
    zone: label,
    /** Level of the whole access (lowest of subject, environment, object) this resource demands. Follows from its costs. */
    requiredLevel: TrustLevelSchema,
  })
  .readonly();
export type Resource = z.infer<typeof ResourceSchema>;

export const GatewaySchema = z.strictObject({ kind: z.literal('gateway'), ...common, zone: label }).readonly();
export type Gateway = z.infer<typeof GatewaySchema>;

export const EntitySchema = z.discriminatedUnion('kind', [
  DeviceSchema,
  UserSchema,
  ApplicationSchema,
  ResourceSchema,
  GatewaySchema,
]);
export type Entity = z.infer<typeof EntitySchema>;

/**
 * A person's word that a machine must not cut this: of (device, resource, verbs), never of a whole device.
 * Approved by the clinical owner, with an end.
 */
export const ProtectionSchema = z
  .strictObject({
    id: EntityIdSchema,
    device: EntityIdSchema,
    resource: EntityIdSchema,
    verbs: z.array(VerbSchema).min(1).max(32),
    approvedBy: label,
    approvedAt: TimestampSchema,
    expiresAt: TimestampSchema,
  })
  .readonly();
export type Protection = z.infer<typeof ProtectionSchema>;
