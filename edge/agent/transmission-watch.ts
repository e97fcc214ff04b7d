/** What protects the agent's own channels, as it was negotiated. The weakest of them is what is told. */

export interface ChannelProtection {
  /** As OpenSSL names it: `TLSv1.3`. */
  readonly version: string;
  /** Standard name of the cipher suite. */
  readonly cipher: string;
}

export class TransmissionWatch {
  readonly #channels = new Map<string, ChannelProtection>();
  readonly #firstKnown: () => void;

  /** @param firstKnown called once, when there is something to tell at last */
  constructor(firstKnown: () => void) {
    this.#firstKnown = firstKnown;
  }

  observe(channel: string, protection: ChannelProtection | null): void {
    if (protection === null) return;
    const isFirst = this.#channels.size === 0;
    this.#channels.set(channel, protection);
    if (isFirst) this.#firstKnown();
  }

  /** Versions sort by their names. */
  get weakest(): ChannelProtection | undefined {
    return [...this.#channels.values()].sort((left, right) => (left.version < right.version ? -1 : 1))[0];
  }
}
