/** Counts what one session carries: bytes, packets and the times between them, both directions, in constant memory. */
import type { FlowRecord } from '../../core/contracts/flow-record.ts';
import type { Verb } from '../../core/contracts/identifiers.ts';

type DirectionTraffic = FlowRecord['toPeer'];

/** Welford's running mean and variance of the gaps between packets. */
class DirectionMeter {
  #bytes = 0;
  #packets = 0;
  #gaps = 0;
  #mean = 0;
  #squares = 0;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = 0;
  #lastMicros: number | null = null;

  observe(bytes: number, atMicros: number): void {
    this.#bytes += bytes;
    this.#packets += 1;
    const last = this.#lastMicros;
    this.#lastMicros = atMicros;
    if (last === null) return;
    const gap = atMicros - last;
    this.#gaps += 1;
    const before = gap - this.#mean;
    this.#mean += before / this.#gaps;
    this.#squares += before * (gap - this.#mean);
    this.#minimum = Math.min(this.#minimum, gap);
    this.#maximum = Math.max(this.#maximum, gap);
  }

  get packets(): number {
    return this.#packets;
  }

  /** What was counted since the last call. */
  take(): DirectionTraffic {
    const none = this.#gaps === 0;
    const traffic: DirectionTraffic = {
      bytes: this.#bytes,
      packets: this.#packets,
      interArrival: {
        meanMicros: Math.round(this.#mean),
        deviationMicros: none ? 0 : Math.round(Math.sqrt(this.#squares / this.#gaps)),
        minimumMicros: none ? 0 : Math.round(this.#minimum),
        maximumMicros: Math.round(this.#maximum),
      },
    };
    this.#bytes = 0;
    this.#packets = 0;
    this.#gaps = 0;
    this.#mean = 0;
    this.#squares = 0;
    this.#minimum = Number.POSITIVE_INFINITY;
    this.#maximum = 0;
    return traffic;
  }
}

export interface MeterReading {
  readonly toPeer: DirectionTraffic;
  readonly fromPeer: DirectionTraffic;
  readonly verbs: { verb: Verb; count: number; failures: number }[];
  readonly firstByteDelayMicros: number | null;
  readonly failures: number;
}

/** The contract has room for this many verbs in one record. */
const MAX_VERBS = 64;

const nowMicros = (): number => performance.now() * 1000;

/** `device` and `peer` as in {@link FlowRecord}: to the peer is away from the device, whoever opened the session. */
export class FlowMeter {
  readonly #toPeer = new DirectionMeter();
  readonly #fromPeer = new DirectionMeter();
  #verbs = new Map<Verb, { count: number; failures: number }>();
  #failures = 0;
  #lastToPeerMicros: number | null = null;
  #firstByteDelayMicros: number | null = null;

  toPeer(bytes: number): void {
    const now = nowMicros();
    this.#toPeer.observe(bytes, now);
    this.#lastToPeerMicros = now;
  }

  fromPeer(bytes: number): void {
    const now = nowMicros();
    this.#fromPeer.observe(bytes, now);
    if (this.#lastToPeerMicros !== null && this.#firstByteDelayMicros === null)
      this.#firstByteDelayMicros = Math.round(now - this.#lastToPeerMicros);
    this.#lastToPeerMicros = null;
  }

  verb(verb: Verb, failed: boolean): void {
    if (failed) this.#failures += 1;
    const counted = this.#verbs.get(verb);
    if (counted !== undefined) {
      counted.count += 1;
      if (failed) counted.failures += 1;
    } else if (this.#verbs.size < MAX_VERBS) this.#verbs.set(verb, { count: 1, failures: failed ? 1 : 0 });
  }

  get idle(): boolean {
    return this.#toPeer.packets === 0 && this.#fromPeer.packets === 0 && this.#verbs.size === 0;
  }

  /** What was counted since the last call. */
  take(): MeterReading {
    const reading: MeterReading = {
      toPeer: this.#toPeer.take(),
      fromPeer: this.#fromPeer.take(),
      verbs: [...this.#verbs].map(([verb, counts]) => ({ verb, ...counts })),
      firstByteDelayMicros: this.#firstByteDelayMicros,
      failures: this.#failures,
    };
    this.#verbs = new Map();
    this.#failures = 0;
    this.#firstByteDelayMicros = null;
    return reading;
  }
}
