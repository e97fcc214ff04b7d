import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../core/contracts/access.ts';
import { DecisionMemo } from '../../../core/decision/decision-memo.ts';
import { createWorld, NOON_MS, ref } from '../../fixtures/decision-world.ts';

const decision: Decision = {
  decision: true,
  context: { reasons: [], obligations: [], policies: [], bundleVersion: 1 },
};
const pump = ref('device', 'pump-3');

function memoWithWorld() {
  const world = createWorld();
  const memo = new DecisionMemo(world.view);
  const entry = (changes: { madeAtMs?: number; untilMs?: number } = {}) => ({
    decision,
    dependencies: [{ ref: pump, state: world.state.subject(pump), ownerWithdrawn: false }],
    madeAtMs: NOON_MS,
    untilMs: NOON_MS + 1000,
    ...changes,
  });
  return { world, memo, entry };
}

describe('a remembered decision', () => {
  it('holds from the moment it was made until just before it ends, whichever way a clock jumps', () => {
    const { memo, entry } = memoWithWorld();
    for (const [nowMs, found] of [
      [NOON_MS, true],
      [NOON_MS + 999, true],
      [NOON_MS + 1000, false],
      [NOON_MS - 1, false],
    ] as const) {
      memo.store('key', entry());
      expect(memo.find('key', nowMs) === decision).toBe(found);
    }
  });

  it('that ends before it begins is not kept', () => {
    const { memo, entry } = memoWithWorld();
    memo.store('key', entry({ untilMs: NOON_MS }));
    expect(memo.size).toBe(0);
  });

  it('ends with any change of what it rests on', () => {
    const { memo, entry, world } = memoWithWorld();
    memo.store('key', entry());
    world.state.put(pump, {});
    expect(memo.find('key', NOON_MS)).toBeUndefined();
    expect(memo.size).toBe(0);
  });

  it('gives way to newer ones when there are too many', () => {
    const { memo, entry } = memoWithWorld();
    for (let key = 0; key <= 20_000; key += 1) memo.store(String(key), entry());
    expect(memo.size).toBe(20_000);
    expect(memo.find('0', NOON_MS)).toBeUndefined();
    expect(memo.find('20000', NOON_MS)).toBe(decision);
    memo.forget(pump);
    expect(memo.size).toBe(0);
  });
});
