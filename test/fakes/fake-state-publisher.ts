/** The push channel, in memory. */
import type { SiteId } from '../../core/contracts/identifiers.ts';
import type { StatePublisher } from '../../functions/adapters/ports/state-publisher.ts';

export class FakeStatePublisher implements StatePublisher {
  readonly sent: { readonly site: SiteId; readonly topic: 'state' | 'head'; readonly token: string }[] = [];
  /** Set to make the broker refuse. */
  fault: Error | null = null;

  publish(site: SiteId, topic: 'state' | 'head', token: string): Promise<void> {
    if (this.fault !== null) return Promise.reject(this.fault);
    this.sent.push({ site, topic, token });
    return Promise.resolve();
  }
}
