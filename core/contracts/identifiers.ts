/**
 * Identifiers shared by every part of the system.
 *
 * A site is one hospital location. Everything else is named inside its site, and the site is part of the id, so that no
 * token, topic, key or record of one site can be mistaken for another's.
 */
import * as z from 'zod';

/** Lower-case name of 1 to 32 letters, digits and inner hyphens. */
const NAME_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
const ENTITY_ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

export const SiteIdSchema = z.string().regex(NAME_PATTERN).brand<'SiteId'>();
export type SiteId = z.infer<typeof SiteIdSchema>;

/** `site:name`. For a device this is also its IoT thing name and MQTT client id. */
export const EntityIdSchema = z.string().regex(ENTITY_ID_PATTERN).brand<'EntityId'>();
export type EntityId = z.infer<typeof EntityIdSchema>;

export const ENTITY_KINDS = ['device', 'user', 'application', 'resource', 'gateway'] as const;
export const EntityKindSchema = z.enum(ENTITY_KINDS);
export type EntityKind = z.infer<typeof EntityKindSchema>;

/** Names one entity of any kind: the subject or the object of an access, or the bearer of evidence. */
export const EntityRefSchema = z.strictObject({ kind: EntityKindSchema, id: EntityIdSchema }).readonly();
export type EntityRef = z.infer<typeof EntityRefSchema>;

/** RFC 3339 time in UTC, such as `2026-11-23T12:00:00.000Z`. Compared as numbers after `Date.parse`. */
export const TimestampSchema = z.iso.datetime().brand<'Timestamp'>();
export type Timestamp = z.infer<typeof TimestampSchema>;

/** Lower-case hexadecimal SHA-256. */
export const Sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** A stable kebab-case code: reasons, findings, events. */
export const CodeSchema = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/)
  .max(64);
export type Code = z.infer<typeof CodeSchema>;

/** A clinical verb: `fhir:read`, `hl7:ORU^R01`, `dicom:C-STORE`, `mqtt:publish`, `tcp:connect`. */
export const VerbSchema = z.string().regex(/^[a-z][a-z0-9-]*:[A-Za-z0-9^_*-]{1,48}$/);
export type Verb = z.infer<typeof VerbSchema>;

export const siteId = (value: string): SiteId => SiteIdSchema.parse(value);
export const entityId = (value: string): EntityId => EntityIdSchema.parse(value);
export const entityRef = (kind: EntityKind, id: string): EntityRef => ({ kind, id: entityId(id) });
/** @param epochMs milliseconds since 1970-01-01T00:00:00Z */
export const timestamp = (epochMs: number): Timestamp => TimestampSchema.parse(new Date(epochMs).toISOString());

/** The site that an entity id belongs to. */
export const siteOf = (id: EntityId): SiteId => SiteIdSchema.parse(id.slice(0, id.indexOf(':')));
/** The name of an entity inside its site. */
export const nameOf = (id: EntityId): string => id.slice(id.indexOf(':') + 1);
/** One flat key per entity, for indexes: `device/north:pump-3`. */
export const refKey = (ref: EntityRef): string => `${ref.kind}/${ref.id}`;
