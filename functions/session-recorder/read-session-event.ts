/** From a gateway's message to a session event that may be believed, and to what is kept and told of it. */
import { type SessionEvent, SessionEventSchema } from '../../core/contracts/gateway-report.ts';
import { siteOf } from '../../core/contracts/identifiers.ts';
import type { BusEvent } from '../../core/ledger/ledger-intent.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { SessionAlarm, SessionRecord } from '../adapters/ports/session-store.ts';
import type { DeviceMessage } from '../http/device-message.ts';

export type SessionEventRefusal = 'session-event-malformed' | 'session-event-foreign';

/**
 * - `session-event-malformed`: not a session event of this version
 * - `session-event-foreign`: of another gateway than the one that sent it, or about someone of another site
 */
export function readSessionEvent({ bytes, topicRef }: DeviceMessage): Result<SessionEvent, SessionEventRefusal> {
  const event = parse(bytes);
  if (event === undefined) return failure('session-event-malformed', 'not a session event');
  const { site, gateway, subject, object, device } = event;
  const parties = [subject, object, ...(device === null ? [] : [device])];
  const own = gateway === topicRef.id && topicRef.kind === 'gateway' && site === siteOf(gateway);
  if (!own || parties.some(({ id }) => siteOf(id) !== site)) {
    return failure('session-event-foreign', 'a gateway tells of its own sessions alone');
  }
  return success(event);
}

function parse(bytes: Uint8Array): SessionEvent | undefined {
  try {
    return SessionEventSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

const STATUS = {
  'session-opened': 'open',
  'session-alarm': 'open',
  'session-closed': 'closed',
  'session-cut': 'cut',
} as const satisfies Record<SessionEvent['event'], SessionRecord['status']>;

export function sessionRecord({ schema: _, event, protection, reasons, ...told }: SessionEvent): SessionRecord {
  const status = STATUS[event];
  const ended = status !== 'open';
  return { ...told, status, endedAt: ended ? told.at : null, reasons: ended ? reasons : [] };
}

export const sessionAlarm = ({ event, seq, at, reasons, protection }: SessionEvent): SessionAlarm | null =>
  event === 'session-alarm' ? { seq, at, reasons, protection } : null;

/** `session-cut` is `session.cut` on the bus. References and codes, never content. */
export function sessionNews(event: SessionEvent): BusEvent {
  const { site, gateway, sessionId, subject, object, device, verb, at, reasons, protection } = event;
  return {
    type: `session.${event.event.slice('session-'.length)}`,
    detail: {
      site,
      gateway,
      sessionId,
      subjectKind: subject.kind,
      subject: subject.id,
      objectKind: object.kind,
      object: object.id,
      device: device?.id ?? null,
      verb,
      at,
      reasons: reasons.join(' '),
      protection,
    },
  };
}
