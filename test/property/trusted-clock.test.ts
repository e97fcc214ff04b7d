import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrustedClock } from '../../core/bundle/trusted-clock.ts';
import { DAY_MS, TEST_NOW_MS } from '../fixtures/pki.ts';

type Step =
  | { readonly does: 'run'; readonly ms: number }
  | { readonly does: 'turn-wall'; readonly ms: number }
  | { readonly does: 'restart' | 'reboot' }
  | { readonly does: 'signed'; readonly agoMs: number };

const ms = (max: number) => fc.integer({ min: 0, max });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('run' as const), ms: ms(DAY_MS) }),
  fc.record({ does: fc.constant('turn-wall' as const), ms: fc.integer({ min: -400 * DAY_MS, max: 400 * DAY_MS }) }),
  fc.record({ does: fc.constantFrom('restart' as const, 'reboot' as const) }),
  fc.record({ does: fc.constant('signed' as const), agoMs: ms(100 * DAY_MS) }),
);

/** A world with a true time, a wall clock that lies, and a gateway whose clock starts out certain. */
function world() {
  const truth = { nowMs: TEST_NOW_MS, wallMs: TEST_NOW_MS, uptimeMs: 0, boot: 1 };
  const sources = () => ({
    wallMs: () => truth.wallMs,
    uptimeMs: () => truth.uptimeMs,
    kernelBootId: `boot-${truth.boot}`,
  });
  let clock = new TrustedClock(sources(), null);
  clock.observeSigned(TEST_NOW_MS);
  clock.holdInForceUntil(TEST_NOW_MS + 3 * DAY_MS);
  const apply = (change: Step): void => {
    switch (change.does) {
      case 'run':
        for (const key of ['nowMs', 'wallMs', 'uptimeMs'] as const) truth[key] += change.ms;
        break;
      case 'turn-wall':
        truth.wallMs += change.ms;
        break;
      case 'signed':
        clock.observeSigned(Math.max(0, truth.nowMs - change.agoMs));
        break;
      case 'restart':
      case 'reboot': {
        const record = clock.record();
        if (change.does === 'reboot') Object.assign(truth, { boot: truth.boot + 1, uptimeMs: 0 });
        clock = new TrustedClock(sources(), record);
      }
    }
  };
  return { truth, apply, now: () => clock.nowMs() };
}

describe('the trusted clock, whatever the wall clock does', () => {
  it('never goes back', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { apply, now } = world();
        for (const change of steps) {
          const before = now();
          apply(change);
          expect(now()).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });

  it('is right to the millisecond while the machine is not rebooted', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { truth, apply, now } = world();
        for (const change of steps.filter(({ does }) => does !== 'reboot')) apply(change);
        expect(now()).toBe(truth.nowMs);
      }),
    );
  });

  it('never passes the end of what is in force by turning the wall clock and rebooting alone', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { apply, now } = world();
        for (const change of steps.filter(({ does }) => does !== 'run')) apply(change);
        expect(now()).toBeLessThan(TEST_NOW_MS + 3 * DAY_MS);
      }),
    );
  });
});
