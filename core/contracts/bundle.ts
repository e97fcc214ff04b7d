/**
 * Bundle: what changes by the day. Policies, entities, routes, reference values and trust anchors of one site, signed by
 * the bundle key as a compact JWS (ES256) and valid for at most 72 hours.
 */
import * as z from 'zod';
import { DeviceCategorySchema, EntitySchema, ProtectionSchema } from './entities.ts';
import { EntityIdSchema, Sha256Schema, SiteIdSchema, TimestampSchema, VerbSchema } from './identifiers.ts';

export const BUNDLE_TYP = 'vitalgate-bundle+jws';
/** A larger file is refused unread. */
export const MAX_BUNDLE_BYTES = 32 * 1024 * 1024;
/** design.md 9.6: the last row of the freshness matrix begins where the bundle ends. */
export const BUNDLE_VALIDITY_SECONDS = 72 * 3600;

export const PolicySchema = z
  .strictObject({ id: z.string().min(1).max(128), cedar: z.string().min(1).max(10_000) })
  .readonly();
export type Policy = z.infer<typeof PolicySchema>;

/** RFC 9334 reference values: what a good device of this category and model looks like. */
export const ReferenceValuesSchema = z
  .strictObject({
    category: DeviceCategorySchema,
    model: z.string().nullable(),
    operatingSystem: z.strictObject({ name: z.string(), minimumVersion: z.string() }).nullable(),
    requiredProcesses: z.array(z.string()),
    forbiddenProcesses: z.array(z.string()),
    files: z.array(z.strictObject({ path: z.string(), sha256: Sha256Schema })),
    allowedPorts: z.array(z.int().min(0).max(65535)).nullable(),
    minimumTlsVersion: z.enum(['TLSv1.2', 'TLSv1.3']),
  })
  .readonly();
export type ReferenceValues = z.infer<typeof ReferenceValuesSchema>;

/** A known-bad file, by hash. */
export const MalwareIndicatorSchema = z
  .strictObject({
    sha256: Sha256Schema,
    name: z.string().max(128),
    family: z.enum(['trojan', 'worm', 'virus', 'ransomware', 'other']),
  })
  .readonly();
export type MalwareIndicator = z.infer<typeof MalwareIndicatorSchema>;

/** What "narrowed" means for a device category: the verbs that remain when a device is restricted. */
export const NarrowedVerbsSchema = z
  .strictObject({ category: DeviceCategorySchema, verbs: z.array(VerbSchema) })
  .readonly();

const pem = z.string().startsWith('-----BEGIN CERTIFICATE-----');

export const BundleContentSchema = z
  .strictObject({
    policies: z.array(PolicySchema),
    entities: z.array(EntitySchema),
    protections: z.array(ProtectionSchema),
    narrowedVerbs: z.array(NarrowedVerbsSchema),
    referenceValues: z.array(ReferenceValuesSchema),
    malwareIndicators: z.array(MalwareIndicatorSchema),
    anchors: z.strictObject({ device: z.array(pem), gateway: z.array(pem), resource: z.array(pem) }),
  })
  .readonly();
export type BundleContent = z.infer<typeof BundleContentSchema>;
export const BUNDLE_SECTIONS = [
  'policies',
  'entities',
  'protections',
  'narrowedVerbs',
  'referenceValues',
  'malwareIndicators',
  'anchors',
] as const;

export const BundleSchema = z
  .strictObject({
    schema: z.literal('vitalgate.bundle/1'),
    site: SiteIdSchema,
    /** The gateways this bundle is for. */
    gateways: z.array(EntityIdSchema),
    version: z.int().positive(),
    issuedAt: TimestampSchema,
    expiresAt: TimestampSchema,
    /** SHA-256 of the canonical JSON of each section: parts of two bundles cannot be mixed. */
    sections: z.record(z.enum(BUNDLE_SECTIONS), Sha256Schema),
    content: BundleContentSchema,
  })
  .readonly();
export type Bundle = z.infer<typeof BundleSchema>;
