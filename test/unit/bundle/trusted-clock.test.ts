import { describe, expect, it } from 'vitest';
import { LEAP_MARGIN_MS, TrustedClock, TrustedClockRecordSchema } from '../../../core/bundle/trusted-clock.ts';
import { DAY_MS, TEST_NOW_MS } from '../../fixtures/pki.ts';

const HOUR_MS = 3600 * 1000;

/** A machine whose clocks the test turns. */
function machine(wallMs = TEST_NOW_MS, uptimeMs = 1000, kernelBootId = 'boot-1') {
  const clocks = { wallMs, uptimeMs, kernelBootId };
  return {
    clocks,
    run: (ms: number) => {
      clocks.wallMs += ms;
      clocks.uptimeMs += ms;
    },
    sources: () => ({
      wallMs: () => clocks.wallMs,
      uptimeMs: () => clocks.uptimeMs,
      kernelBootId: clocks.kernelBootId,
    }),
  };
}
function certainClock(host = machine()) {
  const clock = new TrustedClock(host.sources(), null);
  clock.observeSigned(TEST_NOW_MS);
  clock.holdInForceUntil(TEST_NOW_MS + 3 * DAY_MS);
  return { host, clock };
}

describe('a trusted clock while it runs', () => {
  it('goes on from the highest signed time', () => {
    const { host, clock } = certainClock();
    clock.observeSigned(TEST_NOW_MS + HOUR_MS);
    host.run(5000);
    expect(clock.nowMs()).toBe(TEST_NOW_MS + HOUR_MS + 5000);
    clock.observeSigned(TEST_NOW_MS);
    expect(clock.nowMs()).toBe(TEST_NOW_MS + HOUR_MS + 5000);
    expect(clock.signedMs).toBe(TEST_NOW_MS + HOUR_MS);
  });

  it.each([-10 * DAY_MS, 10 * DAY_MS])('does not look at the wall clock when it steps by %d ms', (step) => {
    const { host, clock } = certainClock();
    host.clocks.wallMs += step;
    host.run(1000);
    expect(clock.nowMs()).toBe(TEST_NOW_MS + 1000);
  });
});

describe('after a restart of the process', () => {
  it.each([0, -30 * DAY_MS, 30 * DAY_MS])('the uptime counts, and a wall clock moved by %d ms does not', (step) => {
    const { host, clock } = certainClock();
    const record = TrustedClockRecordSchema.parse(clock.record());
    host.run(2 * HOUR_MS);
    host.clocks.wallMs += step;
    const next = new TrustedClock(host.sources(), record);
    expect(next.nowMs()).toBe(TEST_NOW_MS + 2 * HOUR_MS);
    expect(next.uncertain).toBe(false);
  });
});

describe('after a restart of the machine', () => {
  const restarted = (wallStepMs: number) => {
    const { host, clock } = certainClock();
    host.run(HOUR_MS);
    const record = clock.record();
    Object.assign(host.clocks, { kernelBootId: 'boot-2', uptimeMs: 10 });
    host.clocks.wallMs += wallStepMs;
    return { host, next: new TrustedClock(host.sources(), record) };
  };

  it('goes on by the difference of the wall clock, and says that it is uncertain', () => {
    const { next } = restarted(5 * HOUR_MS);
    expect(next.nowMs()).toBe(TEST_NOW_MS + 6 * HOUR_MS);
    expect(next.uncertain).toBe(true);
  });

  it('never goes back with a wall clock that went back', () => {
    expect(restarted(-100 * DAY_MS).next.nowMs()).toBe(TEST_NOW_MS + HOUR_MS);
  });

  it('does not end what is in force by a leap alone; running time ends it', () => {
    const { host, next } = restarted(1000 * DAY_MS);
    const endsAtMs = TEST_NOW_MS + 3 * DAY_MS;
    expect(next.nowMs()).toBe(endsAtMs - LEAP_MARGIN_MS);
    host.run(LEAP_MARGIN_MS);
    expect(next.nowMs()).toBe(endsAtMs);
  });

  it('is set right by a live signed time after a leap, and is certain then', () => {
    const { host, next } = restarted(1000 * DAY_MS);
    next.observeLive(TEST_NOW_MS + 2 * HOUR_MS);
    host.run(1000);
    expect(next.nowMs()).toBe(TEST_NOW_MS + 2 * HOUR_MS + 1000);
    expect(next.uncertain).toBe(false);
  });

  it('takes no live time from before the highest signed one', () => {
    const { next } = restarted(5 * HOUR_MS);
    next.observeLive(TEST_NOW_MS - DAY_MS);
    expect(next.nowMs()).toBe(TEST_NOW_MS + 6 * HOUR_MS);
    expect(next.uncertain).toBe(true);
  });

  it('stays uncertain over a restart of the process until a signed time confirms it', () => {
    const { host, next } = restarted(5 * HOUR_MS);
    const again = new TrustedClock(host.sources(), next.record());
    expect(again.uncertain).toBe(true);
    again.observeSigned(again.nowMs() - 1000);
    expect(again.uncertain).toBe(false);
  });
});

describe('on a first start', () => {
  it('there is the wall clock, and the clock is uncertain until a signed time agrees', () => {
    const clock = new TrustedClock(machine().sources(), null);
    expect(clock.nowMs()).toBe(TEST_NOW_MS);
    expect(clock.uncertain).toBe(true);
    clock.observeSigned(TEST_NOW_MS - DAY_MS);
    expect(clock.uncertain).toBe(true);
    clock.observeSigned(TEST_NOW_MS - 500);
    expect(clock.uncertain).toBe(false);
  });

  it('a wall clock from before the signed time is overruled', () => {
    const clock = new TrustedClock(machine(0).sources(), null);
    clock.observeSigned(TEST_NOW_MS);
    expect(clock.nowMs()).toBe(TEST_NOW_MS);
  });
});
