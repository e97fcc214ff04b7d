/**
 * Keeps what gateways tell of their sessions, and passes it on to the bus. Events may come twice and in any order: the
 * later one stands. What cannot be believed is counted and changes nothing.
 */
import type { SessionEvent } from '../../core/contracts/gateway-report.ts';
import { type BatchAnswer, eachRecord, SqsEventSchema, type SqsRecord } from '../http/batch.ts';
import { readDeviceMessage, refuseSender } from '../http/device-message.ts';
import type { Container } from './container.ts';
import { readSessionEvent, sessionAlarm, sessionNews, sessionRecord } from './read-session-event.ts';

export type SessionHandler = (event: unknown) => Promise<BatchAnswer>;

export function createHandler(container: Container): SessionHandler {
  return (event) =>
    eachRecord(
      SqsEventSchema.parse(event).Records,
      (record) => take(record, container),
      (cause, { messageId }) => container.log.error('request-failed', cause, { messageId }),
    );
}

async function take({ messageId, body }: SqsRecord, container: Container): Promise<void> {
  const { directory, log } = container;
  const message = readDeviceMessage(body);
  if (message === undefined) {
    log.warn('message-unreadable', { messageId });
    return;
  }
  const refusal = refuseSender(message, await directory.certificate(message.thumbprint));
  if (refusal !== undefined) {
    refuse(refusal, message.topicRef.id, container);
    return;
  }
  const read = readSessionEvent(message);
  if (read.ok) await keep(read.value, container);
  else refuse(read.code, message.topicRef.id, container);
}

/** Told after it is kept, and again when it comes again: who listens to the bus hears everything at least once. */
async function keep(event: SessionEvent, { sessions, bus, metrics }: Container): Promise<void> {
  await sessions.keep(sessionRecord(event), sessionAlarm(event));
  await bus.emit([sessionNews(event)], Date.parse(event.at));
  metrics.count('SessionEventStored', { event: event.event });
}

function refuse(reason: string, gateway: string, { log, metrics }: Container): void {
  log.warn('session-event-refused', { reason, gateway });
  metrics.count('SessionEventRefused', { reason });
}
