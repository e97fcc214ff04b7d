import { describe, expect, it } from 'vitest';
import { entityId, timestamp } from '../../../core/contracts/identifiers.ts';
import { type TrustRecording, TrustRecordingSchema } from '../../../core/trust/recording.ts';
import { replayTrust } from '../../../core/trust/replay.ts';
import { evaluate, GOOD_FACTS, MINUTE, malware, NOW_MS, PUMP_REF, statement } from '../../fixtures/trust-samples.ts';

const recording = (over: object = {}): TrustRecording =>
  TrustRecordingSchema.parse({
    schema: 'vitalgate.trust-recording/1',
    evaluations: [
      { at: timestamp(NOW_MS), subject: PUMP_REF, facts: GOOD_FACTS, evidence: [statement()] },
      { at: timestamp(NOW_MS + MINUTE), subject: PUMP_REF, facts: GOOD_FACTS, evidence: [malware()] },
      { at: timestamp(NOW_MS + 2 * MINUTE), subject: PUMP_REF, facts: GOOD_FACTS, evidence: [statement({ seq: 3 })] },
    ],
    ...over,
  });

describe('replayTrust', () => {
  it('comes to the bytes that are recorded here, on every engine', () => {
    expect(replayTrust(recording()).digest).toBe('772d0fec5cd8f5da4f44f85c37cbcd87db7bc495ea1b7cfc1d7650a941052c63');
  });

  it('goes on from state to state as the evaluations did', () => {
    const first = evaluate();
    const second = evaluate({ previous: first, evidence: [malware()], nowMs: NOW_MS + MINUTE });
    const third = evaluate({ previous: second, evidence: [statement({ seq: 3 })], nowMs: NOW_MS + 2 * MINUTE });
    expect(replayTrust(recording())).toMatchObject({ state: third, evaluations: 3, asRecorded: true });
  });

  it('starts from a recorded state where there was one', () => {
    const previous = [evaluate({ evidence: [malware()] })];
    const { evaluations } = recording();
    expect(replayTrust(recording({ previous, evaluations: evaluations.slice(0, 1) })).state.level).toBe(0);
  });

  it('keeps the courses of several subjects apart', () => {
    const other = { kind: 'device', id: entityId('north:pump-4') } as const;
    const { evaluations } = recording();
    const mixed = evaluations.flatMap((one) => [one, { ...one, subject: other, evidence: [] }]);
    const { state } = replayTrust(recording({ evaluations: mixed.slice(0, 5) }));
    expect(state).toEqual(replayTrust(recording()).state);
  });

  it('notices one changed number anywhere in the course', () => {
    const { digest } = replayTrust(recording());
    const { evaluations } = recording();
    const changed = evaluations.with(0, {
      at: timestamp(NOW_MS),
      subject: PUMP_REF,
      facts: GOOD_FACTS,
      evidence: [statement({ positiveMilli: 10_801 })],
    });
    expect(replayTrust(recording({ evaluations: changed, expectedDigest: digest })).asRecorded).toBe(false);
    expect(replayTrust(recording({ expectedDigest: digest })).asRecorded).toBe(true);
  });
});
