/**
 * The fast path: a report comes in, and in the same invocation it is assessed, trust and admission follow, the change is
 * committed and the signed update is with the gateways. A report that is refused is counted and changes nothing.
 */
import { refKey, siteOf } from '../../core/contracts/identifiers.ts';
import { type BatchAnswer, failedItems, SqsEventSchema } from '../http/batch.ts';
import { readDeviceMessage } from '../http/device-message.ts';
import { type Arrival, analyzeSite } from './analyze-site.ts';
import type { Container } from './container.ts';
import { receiveHealth } from './receive-health.ts';

export type PostureHandler = (event: unknown) => Promise<BatchAnswer>;

export function createHandler(container: Container): PostureHandler {
  return async (event) => {
    const arrivals: Arrival[] = [];
    for (const { messageId, body } of SqsEventSchema.parse(event).Records) {
      const message = readDeviceMessage(body);
      if (message !== undefined) arrivals.push({ messageId, message });
      else container.log.warn('message-unreadable', { messageId });
    }
    const reports = arrivals.filter(({ message }) => !receiveHealth(message, container));
    const failed = new Set<string>();
    for (const round of rounds(reports)) {
      const sites = Map.groupBy(round, ({ message }) => siteOf(message.topicRef.id));
      await Promise.all(
        [...sites].map(async ([site, ofSite]) => {
          for (const id of await analyzeSite(site, ofSite, container)) failed.add(id);
        }),
      );
    }
    return failedItems(failed);
  };
}

/** Two reports of one device are judged one after the other, those of different devices together. */
function rounds(arrivals: readonly Arrival[]): Arrival[][] {
  const grouped: Arrival[][] = [];
  const seen = new Map<string, number>();
  for (const arrival of arrivals) {
    const key = refKey(arrival.message.topicRef);
    const round = seen.get(key) ?? 0;
    seen.set(key, round + 1);
    grouped[round] ??= [];
    grouped[round].push(arrival);
  }
  return grouped;
}
