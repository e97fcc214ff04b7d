/** A bus that keeps what it was given. */
import type { BusEvent } from '../../core/ledger/ledger-intent.ts';
import type { EventBus } from '../../functions/adapters/ports/event-bus.ts';

export class FakeEventBus implements EventBus {
  readonly events: BusEvent[] = [];
  /** Set to make the bus refuse. */
  fault: Error | null = null;

  emit(events: readonly BusEvent[]): Promise<void> {
    if (this.fault !== null) return Promise.reject(this.fault);
    this.events.push(...events);
    return Promise.resolve();
  }
}
