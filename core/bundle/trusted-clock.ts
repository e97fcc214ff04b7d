/**
 * The time a gateway acts by: the highest signed time it has seen, carried on by a clock that only runs forward.
 *
 * While the process runs the wall clock is not looked at. Over a restart it is one of two witnesses:
 * - same boot of the machine: the machine's uptime says how long the process was away; the wall clock says nothing;
 * - another boot: the wall clock's difference, never below zero, and never so much that what is in force (the bundle's
 *   validity) ends by it alone. A leap brings the site to within an hour of the end, where least is allowed, and the
 *   end itself takes running time or a signed time. The clock says that it is `uncertain` until then.
 *
 * A first start, with nothing recorded, has the wall clock alone and is `uncertain`.
 */
import * as z from 'zod';

const Milliseconds = z.int().nonnegative();

/** Survives restarts. `trustedMs` was the trusted time when the machine's uptime and wall clock showed these values. */
export const TrustedClockRecordSchema = z
  .strictObject({
    schema: z.literal('vitalgate.trusted-clock/1'),
    signedMs: Milliseconds,
    trustedMs: Milliseconds,
    inForceUntilMs: Milliseconds,
    kernelBootId: z.string().min(1).max(64),
    uptimeMs: Milliseconds,
    wallMs: z.int(),
    uncertain: z.boolean(),
  })
  .readonly();
export type TrustedClockRecord = z.infer<typeof TrustedClockRecordSchema>;

/** What the wall clock alone never consumes of the validity of what is in force. */
export const LEAP_MARGIN_MS = 3600 * 1000;

/** A signed time this close below an uncertain clock confirms it: the time that a document takes to arrive. */
const AGREEMENT_MS = 60 * 1000;

export interface ClockSources {
  /** Time since the machine's boot, sleep included; never steps. The same clock over process restarts. */
  readonly uptimeMs: () => number;
  readonly wallMs: () => number;
  /** New at each boot of the machine. */
  readonly kernelBootId: string;
}

export class TrustedClock {
  readonly #sources: ClockSources;
  #signedMs: number;
  #inForceUntilMs: number;
  #uncertain: boolean;
  /** Trusted time `#baseMs` was at uptime `#baseUptimeMs`. */
  #baseMs: number;
  #baseUptimeMs: number;
  /** Nothing that was told is taken back, not even if the uptime's source misbehaves. */
  #toldMs = 0;

  /** @param restored the record of an earlier run, or null on a first start */
  constructor(sources: ClockSources, restored: TrustedClockRecord | null) {
    this.#sources = sources;
    this.#baseUptimeMs = sources.uptimeMs();
    this.#signedMs = restored?.signedMs ?? 0;
    this.#inForceUntilMs = restored?.inForceUntilMs ?? 0;
    if (restored === null) {
      this.#baseMs = Math.max(0, Math.floor(sources.wallMs()));
      this.#uncertain = true;
    } else if (restored.kernelBootId === sources.kernelBootId) {
      this.#baseMs = restored.trustedMs + Math.max(0, this.#baseUptimeMs - restored.uptimeMs);
      this.#uncertain = restored.uncertain;
    } else {
      const elapsedMs = Math.max(0, sources.wallMs() - restored.wallMs);
      const latestMs = Math.max(restored.trustedMs, restored.inForceUntilMs - LEAP_MARGIN_MS);
      this.#baseMs = Math.min(restored.trustedMs + elapsedMs, latestMs);
      this.#uncertain = true;
    }
  }

  /** Milliseconds since 1970; never less than it was, but for the one correction of {@link observeLive}. */
  nowMs(): number {
    const runningMs = Math.max(0, this.#sources.uptimeMs() - this.#baseUptimeMs);
    this.#toldMs = Math.max(this.#toldMs, Math.floor(this.#baseMs + runningMs));
    return this.#toldMs;
  }

  /** The time rests on a wall clock since the last restart, and no signed time has confirmed it. */
  get uncertain(): boolean {
    return this.#uncertain;
  }

  /** The highest signed time seen, in this run or before; 0 for none. */
  get signedMs(): number {
    return this.#signedMs;
  }

  /**
   * A verified document says that it was this late. Old ones say nothing.
   * @param epochMs its `issuedAt`
   */
  observeSigned(epochMs: number): void {
    const nowMs = this.nowMs();
    this.#signedMs = Math.max(this.#signedMs, epochMs);
    if (epochMs >= nowMs - AGREEMENT_MS) this.#uncertain = false;
    if (epochMs > nowMs) this.#rebase(epochMs);
  }

  /**
   * A document signed in answer to our own question, over an authenticated connection: it is this late now, not only at
   * least. Sets a clock right that rests on a wall clock which leapt ahead; a certain clock only ever moves forward.
   */
  observeLive(epochMs: number): void {
    if (this.#uncertain && epochMs >= this.#signedMs) {
      this.#toldMs = 0;
      this.#rebase(epochMs);
      this.#signedMs = epochMs;
      this.#uncertain = false;
    } else this.observeSigned(epochMs);
  }

  /** What is in force ends then: a leap of the wall clock alone will not end it. */
  holdInForceUntil(epochMs: number): void {
    this.#inForceUntilMs = epochMs;
  }

  /** To be stored now and then, and at the end: what a next run starts from. */
  record(): TrustedClockRecord {
    return {
      schema: 'vitalgate.trusted-clock/1',
      signedMs: this.#signedMs,
      trustedMs: this.nowMs(),
      inForceUntilMs: this.#inForceUntilMs,
      kernelBootId: this.#sources.kernelBootId,
      uptimeMs: Math.max(0, Math.floor(this.#sources.uptimeMs())),
      wallMs: Math.floor(this.#sources.wallMs()),
      uncertain: this.#uncertain,
    };
  }

  #rebase(epochMs: number): void {
    this.#baseMs = epochMs;
    this.#baseUptimeMs = this.#sources.uptimeMs();
  }
}
