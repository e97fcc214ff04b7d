import { describe, expect, it } from 'vitest';
import { LifecycleStateSchema } from '../../../core/contracts/levels.ts';
import { canTransition, LIFECYCLE_TRANSITIONS, transition } from '../../../core/identity/lifecycle.ts';

const STATES = LifecycleStateSchema.options;
const PAIRS = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));

describe('lifecycle', () => {
  it.each(PAIRS)('%s → %s is allowed exactly when the table says so', (from, to) => {
    const result = transition(from, to);
    expect(result.ok).toBe(LIFECYCLE_TRANSITIONS[from].includes(to));
    expect(result.ok ? result.value : result.code).toBe(result.ok ? to : 'transition-illegal');
  });

  it('reaches admitted, restricted and quarantined only by way of assessed', () => {
    const reachable = new Set(['registered']);
    const walk = (from: (typeof STATES)[number]): void => {
      for (const to of LIFECYCLE_TRANSITIONS[from]) {
        if (to !== 'assessed' && !reachable.has(to)) {
          reachable.add(to);
          walk(to);
        }
      }
    };
    walk('registered');
    expect(reachable).toEqual(new Set(['registered', 'enrolled', 'retired']));
  });

  it('lets quarantine end in restriction or retirement, never in admission', () => {
    expect(LIFECYCLE_TRANSITIONS.quarantined).toEqual(['restricted', 'retired']);
  });

  it('retires from everywhere, and from there leads nowhere', () => {
    expect(STATES.filter((state) => !canTransition(state, 'retired'))).toEqual(['retired']);
    expect(LIFECYCLE_TRANSITIONS.retired).toEqual([]);
  });

  it('counts staying as no transition', () => {
    expect(STATES.some((state) => canTransition(state, state))).toBe(false);
  });
});
