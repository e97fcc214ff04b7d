import { describe, expect, it } from 'vitest';
import type { StateChange } from '../../../core/contracts/site-state.ts';
import { affectedSessions, endedSessions } from '../../../core/session/affected-sessions.ts';
import { SessionRegistry } from '../../../core/session/registry.ts';
import { createWorld, healthy, protectionFor, ref } from '../../fixtures/decision-world.ts';
import { session } from '../../fixtures/sessions.ts';

const ENDED = '6f1d3a34-65c7-4c3e-8a94-0d6f2f6b3a01';
const registry = new SessionRegistry();
for (const one of [
  session('pump-fhir'),
  session('pump-telemetry', { object: ref('resource', 'telemetry') }),
  session('emr-pump', { subject: ref('application', 'emr'), object: ref('device', 'pump-3'), policies: ['050'] }),
  session('sensor-fhir', { subject: ref('device', 'sensor-1') }),
  session('nurse', {
    subject: ref('user', 'nurse-ada'),
    device: ref('device', 'workstation-1'),
    object: ref('resource', 'records'),
  }),
  session(ENDED, { subject: ref('device', 'ct-1'), object: ref('resource', 'pacs') }),
]) {
  registry.add(one);
}
const { view } = createWorld({ protections: [protectionFor('pump-3', 'fhir', ['fhir:create'])] });
const touched = (...changes: StateChange[]): string[] =>
  affectedSessions(registry, changes, view)
    .map(({ id }) => id)
    .sort((left, right) => (left < right ? -1 : 1));
const put = (one: Parameters<typeof healthy>[0]): StateChange => ({ op: 'put-subject', subject: healthy(one) });
const withdraw = (kind: 'policy' | 'protection' | 'owner', id: string): StateChange => ({
  op: 'withdraw',
  kind,
  id,
  untilBundleVersion: 9,
});

describe('a change of state touches', () => {
  it('the sessions in which its entity is subject, terminal or object', () => {
    expect(touched(put(ref('device', 'pump-3')))).toEqual(['emr-pump', 'pump-fhir', 'pump-telemetry']);
    expect(touched(put(ref('device', 'workstation-1')))).toEqual(['nurse']);
    expect(touched(put(ref('resource', 'fhir')))).toEqual(['pump-fhir', 'sensor-fhir']);
    expect(touched({ op: 'remove-subject', ref: ref('application', 'emr') })).toEqual(['emr-pump']);
  });

  it('what speaks through a hub', () => {
    expect(touched(put(ref('device', 'hub-1')))).toEqual(['sensor-fhir']);
  });

  it('everything, when the gateway itself changed or a bundle was announced', () => {
    expect(touched(put(ref('gateway', 'gw-1')))).toHaveLength(registry.size);
    expect(touched({ op: 'announce-bundle', version: 8, digest: 'a'.repeat(64) })).toHaveLength(registry.size);
  });

  it('the sessions that rest on a withdrawn policy', () => {
    expect(touched(withdraw('policy', '050'))).toEqual(['emr-pump']);
  });

  it('the sessions of a withdrawn owner, whatever kind of entity it owned', () => {
    expect(touched(withdraw('owner', 'north:pump-3'))).toEqual(['emr-pump', 'pump-fhir', 'pump-telemetry']);
    expect(touched(withdraw('owner', 'north:records'))).toEqual(['nurse']);
    expect(touched(withdraw('owner', 'north:hub-1'))).toEqual(['sensor-fhir']);
    expect(touched(withdraw('owner', 'not an id'))).toEqual([]);
  });

  it('the sessions between the two that a withdrawn protection named, and no other of the device', () => {
    expect(touched(withdraw('protection', 'north:protection-pump-3'))).toEqual(['pump-fhir']);
    expect(touched(withdraw('protection', 'north:protection-none'))).toEqual([]);
  });

  it('the session that a person ended', () => {
    const end: StateChange = { op: 'end-session', sessionId: ENDED };
    expect(touched(end)).toEqual([ENDED]);
    expect(endedSessions([end, put(ref('device', 'pump-3'))])).toEqual(new Set([ENDED]));
    expect(touched({ op: 'end-session', sessionId: '00000000-0000-4000-8000-000000000000' })).toEqual([]);
  });

  it('each session once, however many changes touch it', () => {
    expect(touched(put(ref('device', 'pump-3')), put(ref('resource', 'fhir')), withdraw('policy', '050'))).toEqual([
      'emr-pump',
      'pump-fhir',
      'pump-telemetry',
      'sensor-fhir',
    ]);
  });
});
