/** Judges a recording again, evaluation by evaluation, and sums the course up in one digest. */
import { refKey } from '../contracts/identifiers.ts';
import type { TrustState } from '../contracts/trust.ts';
import { InvalidInputError } from '../errors.ts';
import { canonicalDigest } from '../signing/digest.ts';
import { evaluateTrust } from './evaluate-trust.ts';
import type { TrustRecording } from './recording.ts';

export interface TrustReplay {
  /** The state after the last evaluation. */
  readonly state: TrustState;
  /** SHA-256 over the digests of all states in order: equal only when every one of them is. */
  readonly digest: string;
  readonly evaluations: number;
  /** False when the recording names another digest. */
  readonly asRecorded: boolean;
}

export function replayTrust({ previous, evaluations, expectedDigest }: TrustRecording): TrustReplay {
  const held = new Map(previous.map((state) => [refKey(state.subject), state]));
  const digests: string[] = [];
  let last: TrustState | undefined;
  for (const { at, subject, facts, evidence, pausedSources = [] } of evaluations) {
    last = evaluateTrust({
      subject,
      facts,
      evidence,
      previous: held.get(refKey(subject)) ?? null,
      nowMs: Date.parse(at),
      pausedSources: pausedSources.map(({ source, since }) => ({ source, sinceMs: Date.parse(since) })),
    });
    held.set(refKey(subject), last);
    digests.push(last.digest);
  }
  if (last === undefined)
    throw new InvalidInputError('ERR_RECORDING_EMPTY', 'a recording holds one evaluation at least');
  const digest = canonicalDigest(digests);
  const asRecorded = expectedDigest === undefined || expectedDigest === digest;
  return { state: last, digest, evaluations: digests.length, asRecorded };
}
