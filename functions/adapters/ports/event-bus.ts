/** For everyone who is not on the fast path. */
import type { BusEvent } from '../../../core/ledger/ledger-intent.ts';

export interface EventBus {
  /** At least once. @throws when one of them was not taken */
  emit(events: readonly BusEvent[], atMs: number): Promise<void>;
}
