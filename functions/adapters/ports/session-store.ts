/** The sessions of a site as its gateways told of them: the newest word on each, and its last alarm. */
import * as z from 'zod';
import { SessionEventSchema } from '../../../core/contracts/gateway-report.ts';
import { CodeSchema, EntityIdSchema, type SiteId, TimestampSchema } from '../../../core/contracts/identifiers.ts';
import type { Page, PageRequest } from './site-content.ts';

const SESSION_STATUSES = ['open', 'closed', 'cut'] as const;

const {
  site,
  gateway,
  bootId,
  seq,
  sessionId,
  subject,
  device,
  object,
  verb,
  direction,
  protocol,
  thumbprint,
  openedAt,
  deadlineAt,
  reasons,
} = SessionEventSchema.unwrap().shape;

export const SessionRecordSchema = z
  .strictObject({
    sessionId,
    site,
    gateway,
    /** Process and number of the event that said this: a later number replaces it. */
    bootId,
    seq,
    status: z.enum(SESSION_STATUSES),
    subject,
    device,
    object,
    verb,
    direction,
    protocol,
    thumbprint,
    openedAt,
    deadlineAt,
    /** Of the last event. */
    at: TimestampSchema,
    endedAt: TimestampSchema.nullable(),
    /** Why it was cut. */
    reasons,
  })
  .readonly();
export type SessionRecord = z.infer<typeof SessionRecordSchema>;

/** It would no longer be allowed, and a protection keeps it running: a person is needed. */
export const SessionAlarmSchema = z
  .strictObject({
    seq,
    at: TimestampSchema,
    reasons: z.array(CodeSchema).max(64),
    protection: EntityIdSchema.nullable(),
  })
  .readonly();
export type SessionAlarm = z.infer<typeof SessionAlarmSchema>;

export interface KeptSession {
  readonly session: SessionRecord;
  readonly alarm: SessionAlarm | null;
}

export interface SessionStore {
  /**
   * Keeps the newest word, in whatever order words arrive and however often.
   * @param alarm what this word is about, when it is an alarm; one that arrives after the session's end is kept as well
   */
  keep(session: SessionRecord, alarm: SessionAlarm | null): Promise<void>;
}

export interface SessionReader {
  find(site: SiteId, sessionId: string): Promise<KeptSession | undefined>;
  /** Those last heard of come first. @throws InvalidInputError `ERR_CURSOR` */
  page(site: SiteId, page: PageRequest): Promise<Page<KeptSession>>;
}
