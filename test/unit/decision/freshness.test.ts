import { describe, expect, it } from 'vitest';
import type { FreshnessBand } from '../../../core/contracts/levels.ts';
import {
  freshnessBand,
  freshnessRule,
  type SessionPhase,
  secondsLeftInBand,
} from '../../../core/decision/freshness.ts';
import type { TrafficClass } from '../../../core/decision/traffic-class.ts';
import { ask, atWorkstation, circumstances, createWorld, ref } from '../../fixtures/decision-world.ts';

const HOUR = 3600;

describe('the band of a head', () => {
  it.each<[number, FreshnessBand]>([
    [0, 'fresh'],
    [60, 'fresh'],
    [60.001, 'recent'],
    [15 * 60, 'recent'],
    [15 * 60 + 1, 'stale'],
    [4 * HOUR, 'stale'],
    [4 * HOUR + 1, 'isolated'],
    [72 * HOUR, 'isolated'],
    [72 * HOUR + 1, 'expired'],
    [Number.POSITIVE_INFINITY, 'expired'],
    [Number.NaN, 'expired'],
    [-1, 'expired'],
  ])('%s s is %s', (age, band) => {
    expect(freshnessBand(age, true)).toBe(band);
  });

  it('is expired with an invalid bundle, however new the head', () => {
    expect(freshnessBand(1, false)).toBe('expired');
  });

  it('has an end, save the last', () => {
    expect(secondsLeftInBand('fresh', 50)).toBe(10);
    expect(secondsLeftInBand('stale', 5 * HOUR)).toBe(0);
    expect(secondsLeftInBand('expired', 5 * HOUR)).toBeNull();
    expect(secondsLeftInBand('fresh', Number.NaN)).toBeNull();
  });
});

describe('the freshness matrix', () => {
  const ROWS: Record<FreshnessBand, Record<TrafficClass, Record<SessionPhase, string>>> = {
    fresh: {
      care: { new: 'by-policy', established: 'by-policy', protected: 'run' },
      business: { new: 'by-policy', established: 'by-policy', protected: 'run' },
      privileged: { new: 'by-policy', established: 'by-policy', protected: 'run' },
    },
    recent: {
      care: { new: 'by-policy', established: 'by-policy', protected: 'run' },
      business: { new: 'by-policy', established: 'by-policy', protected: 'run' },
      privileged: { new: 'needs-confirmation', established: 'run', protected: 'run' },
    },
    stale: {
      care: { new: 'by-policy', established: 'by-policy', protected: 'run' },
      business: { new: 'by-policy', established: 'by-policy', protected: 'run' },
      privileged: { new: 'close', established: 'close', protected: 'run' },
    },
    isolated: {
      care: { new: 'known-identities-only', established: 'known-identities-only', protected: 'run' },
      business: { new: 'close', established: 'run-to-deadline', protected: 'run' },
      privileged: { new: 'close', established: 'close', protected: 'run' },
    },
    expired: {
      care: { new: 'break-glass-only', established: 'break-glass-only', protected: 'run-with-alarm' },
      business: { new: 'close', established: 'close', protected: 'run-with-alarm' },
      privileged: { new: 'close', established: 'close', protected: 'run-with-alarm' },
    },
  };
  const CELLS = Object.entries(ROWS).flatMap(([band, columns]) =>
    Object.entries(columns).flatMap(([traffic, phases]) =>
      Object.entries(phases).map(([phase, rule]) => [band, traffic, phase, rule]),
    ),
  ) as [FreshnessBand, TrafficClass, SessionPhase, string][];

  it.each(CELLS)('%s, %s, %s: %s', (band, traffic, phase, rule) => {
    expect(freshnessRule(band, traffic, phase)).toBe(rule);
  });
});

describe('a decision by the freshness matrix', () => {
  const pump = ref('device', 'pump-3');
  const care = ask(pump, 'fhir:create', ref('resource', 'fhir'));
  const business = ask(ref('application', 'emr'), 'http:POST', ref('resource', 'billing'));
  const privileged = ask(ref('user', 'engineer-bo'), 'device:configure', pump);
  const reasons = (
    request: typeof care,
    freshness: FreshnessBand,
    changes: Parameters<typeof circumstances>[0] = {},
  ) => {
    const { decider } = createWorld();
    return decider.decide(request, circumstances({ ...atWorkstation('aal2', 60), freshness, ...changes })).context
      .reasons;
  };

  it('fresh: all three by policy', () => {
    for (const request of [care, business, privileged]) expect(reasons(request, 'fresh')).toEqual([]);
  });

  it('up to 15 minutes: new privileged access asks for confirmation and nothing else, established runs', () => {
    expect(reasons(care, 'recent')).toEqual([]);
    expect(reasons(business, 'recent')).toEqual([]);
    expect(reasons(privileged, 'recent')).toEqual(['confirmation-required']);
    expect(reasons(privileged, 'recent', { established: true })).toEqual([]);
  });

  it('up to 4 hours: privileged access is closed', () => {
    expect(reasons(care, 'stale')).toEqual([]);
    expect(reasons(business, 'stale')).toEqual([]);
    expect(reasons(privileged, 'stale', { established: true })).toEqual(['freshness-closed']);
  });

  it('up to 72 hours: care for known identities, established business runs on, new business is closed', () => {
    expect(reasons(care, 'isolated')).toEqual([]);
    expect(reasons(business, 'isolated')).toEqual(['freshness-closed']);
    expect(reasons(business, 'isolated', { established: true })).toEqual([]);
  });

  it('up to 72 hours: an identity admitted with reserve is not known enough', () => {
    const { decider, state } = createWorld();
    state.put(pump, { state: 'restricted' });
    const read = ask(pump, 'fhir:read', ref('resource', 'fhir'));
    expect(decider.decide(read, circumstances()).decision).toBe(true);
    expect(decider.decide(read, circumstances({ freshness: 'isolated' })).context.reasons).toEqual([
      'identity-unconfirmed',
    ]);
  });

  it('beyond: care with break-glass only, all else closed', () => {
    expect(reasons(care, 'expired')).toEqual(['break-glass-required']);
    expect(reasons(care, 'expired', { breakGlass: true })).toEqual([]);
    for (const request of [business, privileged]) {
      expect(reasons(request, 'expired', { breakGlass: true, established: true })).toContain('freshness-closed');
    }
  });

  it('obliges break-glass to be loud, recorded and reviewed', () => {
    const { decider } = createWorld();
    const nurse = ask(ref('user', 'nurse-ada'), 'fhir:read', ref('resource', 'pacs'));
    const { decision, context } = decider.decide(
      nurse,
      circumstances({ ...atWorkstation('aal1', 60), breakGlass: true }),
    );
    expect(decision).toBe(true);
    expect(context.obligations.map(({ code }) => code)).toEqual(['alarm', 'record-verbs', 'review', 'session-limit']);
  });
});
