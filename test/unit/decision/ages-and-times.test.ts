import { describe, expect, it } from 'vitest';
import { AGE_VALUES, ageStep, NEVER_SECONDS, nextAgeStepMs } from '../../../core/decision/age-step.ts';
import { Horizon } from '../../../core/decision/horizon.ts';
import { nextQuarterMs, timeBandOf } from '../../../core/decision/time-band.ts';
import { TRUST_EXPIRY_MS, TRUST_GRACE_MS, trustStanding } from '../../../core/decision/trust-standing.ts';
import { atLevel, NOON_MS, ref } from '../../fixtures/decision-world.ts';

describe('ages', () => {
  it('never look younger than they are, and stay whole', () => {
    for (let ageMs = 0; ageMs < 3 * 86_400_000; ageMs += 7_777) {
      expect(ageStep(ageMs)).toBeGreaterThanOrEqual(ageMs / 1000);
      expect(Number.isInteger(ageStep(ageMs))).toBe(true);
    }
  });

  it('meet the limits that policies state exactly', () => {
    for (const seconds of [0, 15, 60, 300, 900, 3600, 14_400, 28_800, 86_400])
      expect(ageStep(seconds * 1000)).toBe(seconds);
  });

  it('are taken for nothing when they lie ahead, and end at a year', () => {
    expect(ageStep(-5)).toBe(0);
    expect(ageStep(10 * 365 * 86_400_000)).toBe(NEVER_SECONDS);
    expect(ageStep(Number.POSITIVE_INFINITY)).toBe(NEVER_SECONDS);
  });

  it('change exactly at the moment that is foretold', () => {
    for (const ageMs of [0, 1, 14_999, 15_000, 299_000, 3_599_000, 86_399_000, 90_000_000]) {
      const changesMs = nextAgeStepMs(NOON_MS - ageMs, NOON_MS);
      const at = (nowMs: number) => ageStep(nowMs - (NOON_MS - ageMs));
      expect(at(changesMs - 1)).toBe(at(NOON_MS));
      expect(at(changesMs)).toBeGreaterThan(at(NOON_MS));
    }
    expect(nextAgeStepMs(0, NOON_MS)).toBe(Number.POSITIVE_INFINITY);
  });

  it('are each among the values there are, from the largest down', () => {
    expect(AGE_VALUES[0]).toBe(NEVER_SECONDS);
    expect(AGE_VALUES.at(-1)).toBe(0);
    for (const ageMs of [0, 20_000, 400_000, 5_000_000, 100_000_000]) expect(AGE_VALUES).toContain(ageStep(ageMs));
    expect(AGE_VALUES).toEqual(AGE_VALUES.toSorted((left, right) => right - left));
  });
});

describe('the time band', () => {
  const at = (zone: string, time: string) => timeBandOf(zone)(Date.parse(`2026-11-23T${time}Z`));

  it('is that of the site’s own clock on the wall', () => {
    expect(at('UTC', '06:59:59')).toBe('night');
    expect(at('UTC', '07:00:00')).toBe('day');
    expect(at('UTC', '19:00:00')).toBe('evening');
    expect(at('UTC', '23:00:00')).toBe('night');
    expect(at('Asia/Shanghai', '23:30:00')).toBe('day');
    expect(at('Asia/Kathmandu', '01:14:59')).toBe('night');
    expect(at('Asia/Kathmandu', '01:15:00')).toBe('day');
  });

  it('changes at no other moments than quarters of an hour', () => {
    expect(nextQuarterMs(NOON_MS)).toBe(NOON_MS + 900_000);
    expect(nextQuarterMs(NOON_MS + 899_999)).toBe(NOON_MS + 900_000);
  });

  it('refuses a zone that no calendar knows', () => {
    expect(() => timeBandOf('Mars/Olympus')).toThrow(RangeError);
  });
});

describe('trust past its time', () => {
  const trust = atLevel(ref('device', 'pump-3'), 3);
  const dueMs = Date.parse(trust?.validUntil ?? '');
  const standing = (nowMs: number) => trustStanding(trust, nowMs, new Horizon(nowMs));

  it('holds, is called overdue after a grace, and is worth nothing in the end', () => {
    expect(standing(dueMs)).toEqual({ standing: 'current', level: 3 });
    expect(standing(dueMs + TRUST_GRACE_MS)).toEqual({ standing: 'current', level: 3 });
    expect(standing(dueMs + TRUST_GRACE_MS + 1)).toEqual({ standing: 'overdue', level: 3 });
    expect(standing(dueMs + TRUST_EXPIRY_MS)).toEqual({ standing: 'overdue', level: 3 });
    expect(standing(dueMs + TRUST_EXPIRY_MS + 1)).toEqual({ standing: 'expired', level: 0 });
  });

  it('is nothing when there is none', () => {
    expect(trustStanding(null, NOON_MS, new Horizon(NOON_MS))).toEqual({ standing: 'missing', level: 0 });
  });

  it('says when it must be looked at again', () => {
    const horizonAt = (nowMs: number) => {
      const horizon = new Horizon(nowMs);
      trustStanding(trust, nowMs, horizon);
      return horizon.untilMs;
    };
    expect(horizonAt(NOON_MS)).toBe(dueMs + 1);
    expect(horizonAt(dueMs + 1)).toBe(dueMs + TRUST_GRACE_MS + 1);
    expect(horizonAt(dueMs + TRUST_GRACE_MS + 1)).toBe(dueMs + TRUST_EXPIRY_MS + 1);
    expect(horizonAt(dueMs + TRUST_EXPIRY_MS + 1)).toBe(Number.POSITIVE_INFINITY);
  });
});
