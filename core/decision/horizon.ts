/** Until when what was found out holds: the earliest moment at which time alone changes a fact. */
export class Horizon {
  #untilMs = Number.POSITIVE_INFINITY;
  readonly #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** A fact changes at this moment. Moments that have passed change nothing any more. */
  changesAt(atMs: number): void {
    if (atMs > this.#nowMs && atMs < this.#untilMs) this.#untilMs = atMs;
  }

  /** First moment at which something may be otherwise; infinite when nothing is. */
  get untilMs(): number {
    return this.#untilMs;
  }
}
