/** The difference between this system's clock and that of the servers, from the `Date` of their answers. @see RFC 9110 §6.6.1 */

/** `Date` is cut to whole seconds: on average it is half a second behind. */
const TRUNCATION_MS = 500;

export class ServerClock {
  readonly #nowMs: () => number;
  #offsetMs: number | null = null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Own time minus server time in milliseconds; `null` before the first answer. */
  get offsetMs(): number | null {
    return this.#offsetMs;
  }

  /** The time by the servers' clock, as far as it is known: what a signed document's expiry is compared with. */
  nowMs(): number {
    return this.#nowMs() - (this.#offsetMs ?? 0);
  }

  /** @param sentMs own clock when the request was sent @param receivedMs own clock when the answer came */
  observe(date: string | undefined, sentMs: number, receivedMs: number): void {
    const serverMs = Date.parse(date ?? '');
    if (!Number.isFinite(serverMs)) return;
    this.#offsetMs = Math.round((sentMs + receivedMs) / 2 - (serverMs + TRUNCATION_MS));
  }
}
