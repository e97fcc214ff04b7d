/** One admitted session as it runs: its record for judging, its streams for cutting, its counts for telling. */
import type { Protocol } from '../../core/contracts/entities.ts';
import type { Timestamp, Verb } from '../../core/contracts/identifiers.ts';
import type { Session } from '../../core/session/session.ts';
import { FlowMeter } from './flow-meter.ts';

interface Destroyable {
  destroy(): unknown;
}

/** `access` is judged by policy; the doors of the gateway itself by `edge/decision/door-rules.ts`. */
export type SessionPurpose = 'access' | 'tunnel' | 'posture-door';

export interface LiveSessionOptions {
  readonly record: Session;
  readonly purpose: SessionPurpose;
  readonly protocol: Protocol;
  readonly remoteAddress: string;
  readonly openedAt: Timestamp;
}

export class LiveSession {
  readonly purpose: SessionPurpose;
  readonly protocol: Protocol;
  readonly remoteAddress: string;
  readonly meter = new FlowMeter();
  /** Requests in progress, by verb. */
  readonly activeVerbs = new Map<Verb, number>();
  record: Session;
  /** Until its audit record is on disk nothing passes. */
  admitted = false;
  ended = false;
  /** Why a person has been called, so that one cause calls once. */
  alarmedFor: string | null = null;
  flowStartedAtMs: number;
  readonly openedAt: Timestamp;
  /** Runs once when the session ends, before its streams are destroyed. */
  onEnd: (() => void) | null = null;
  readonly #streams = new Set<Destroyable>();

  constructor(options: LiveSessionOptions) {
    this.record = options.record;
    this.purpose = options.purpose;
    this.protocol = options.protocol;
    this.remoteAddress = options.remoteAddress;
    this.flowStartedAtMs = options.record.openedAtMs;
    this.openedAt = options.openedAt;
  }

  /** The stream goes when the session goes. */
  hold(stream: Destroyable): void {
    if (this.ended) stream.destroy();
    else this.#streams.add(stream);
  }

  release(stream: Destroyable): void {
    this.#streams.delete(stream);
  }

  beginVerb(verb: Verb): void {
    this.activeVerbs.set(verb, (this.activeVerbs.get(verb) ?? 0) + 1);
  }

  endVerb(verb: Verb): void {
    const count = (this.activeVerbs.get(verb) ?? 1) - 1;
    if (count > 0) this.activeVerbs.set(verb, count);
    else this.activeVerbs.delete(verb);
  }

  /** Closes every stream in this same turn. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd?.();
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }
}
