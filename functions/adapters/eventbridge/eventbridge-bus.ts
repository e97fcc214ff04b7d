/** The bus on which everyone else hears what happened. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { VitalgateError } from '../../../core/errors.ts';
import type { BusEvent } from '../../../core/ledger/ledger-intent.ts';
import type { EventBus } from '../ports/event-bus.ts';

const EVENT_SOURCE = 'vitalgate';
/** What the service takes in one call. */
const MAX_ENTRIES = 10;

export class EventBridgeBus implements EventBus {
  readonly #client: EventBridgeClient;
  readonly #name: string;

  constructor(client: EventBridgeClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  async emit(events: readonly BusEvent[], atMs: number): Promise<void> {
    for (let start = 0; start < events.length; start += MAX_ENTRIES) {
      const answer = await this.#client.send(
        new PutEventsCommand({
          Entries: events.slice(start, start + MAX_ENTRIES).map(({ type, detail }) => ({
            EventBusName: this.#name,
            Source: EVENT_SOURCE,
            DetailType: type,
            Detail: JSON.stringify(detail),
            Time: new Date(atMs),
          })),
        }),
      );
      if ((answer.FailedEntryCount ?? 0) > 0)
        throw new VitalgateError('ERR_EVENT_BUS', 'the bus did not take an event');
    }
  }
}
