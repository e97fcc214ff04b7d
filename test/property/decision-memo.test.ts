import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecider } from '../../core/decision/decider.ts';
import { anyCircumstances, anyConditions, anyRequest, worldWith } from '../fixtures/decision-arbitraries.ts';
import { DEFAULT_POLICIES } from '../fixtures/decision-world.ts';

describe('the memory of decisions', () => {
  it('answers as the evaluator does, whatever was asked, changed or withdrawn before, and however late', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyRequest, anyCircumstances), { minLength: 1, maxLength: 6 }),
        fc.array(
          fc.oneof(
            anyConditions.map((conditions) => ({ change: 'conditions' as const, conditions })),
            fc.constantFrom(...DEFAULT_POLICIES).map(({ id }) => ({ change: 'withdraw-policy' as const, id })),
            fc.constantFrom('north:fhir', 'north:pump-3').map((id) => ({ change: 'withdraw-owner' as const, id })),
            fc
              .constantFrom(1, 14_000, 59_000, 16 * 60_000, 26 * 3600_000, 100 * 3600_000)
              .map((ms) => ({ change: 'time' as const, ms })),
          ),
          { maxLength: 5 },
        ),
        (questions, changes) => {
          const world = worldWith([]);
          const evaluator = createDecider(world.view, { remember: false });
          let passedMs = 0;
          const compare = (): void => {
            for (const [request, facts] of [...questions, ...questions]) {
              const now = { ...facts, nowMs: facts.nowMs + passedMs };
              const { validUntil: held, ...remembered } = world.decider.decide(request, now).context;
              const { validUntil: fresh, ...judged } = evaluator.decide(request, now).context;
              expect(remembered).toEqual(judged);
              expect(Date.parse(held ?? '9999-01-01')).toBeLessThanOrEqual(Date.parse(fresh ?? '9999-01-01'));
            }
          };
          compare();
          for (const change of changes) {
            if (change.change === 'conditions') for (const one of change.conditions) world.state.put(one.ref, one);
            else if (change.change === 'time') passedMs += change.ms;
            else world.state.withdraw(change.change === 'withdraw-policy' ? 'policy' : 'owner', change.id);
            compare();
          }
          evaluator.close();
          world.decider.close();
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives an answer that holds until the moment it names, if nothing else changes', () => {
    fc.assert(
      fc.property(
        anyConditions,
        anyRequest,
        anyCircumstances,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (conditions, request, facts, share) => {
          const { decider } = worldWith(conditions, { remember: false });
          const first = decider.decide(request, facts);
          const untilMs = Date.parse(first.context.validUntil ?? '2027-01-01T00:00:00.000Z');
          const laterMs = Math.floor(facts.nowMs + share * (untilMs - facts.nowMs));
          const later = decider.decide(request, { ...facts, nowMs: laterMs, headAgeSeconds: facts.headAgeSeconds });
          expect({ ...later.context, validUntil: null }).toEqual({ ...first.context, validUntil: null });
          decider.close();
        },
      ),
      { numRuns: 200 },
    );
  });
});
