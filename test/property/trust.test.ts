import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrustEvidence, TrustState } from '../../core/contracts/trust.ts';
import { BASE_RATE_PERMILLE, MAX_VOUCHED_MILLI } from '../../core/trust/weigh-factors.ts';
import { evaluate, findingOf, NOW_MS } from '../fixtures/trust-samples.ts';
import { anyAgeMs, anyEvidence, anyStatement, mostlyGoodFacts } from './trust-arbitraries.ts';

/** The state a subject without a past, and one with the state it has, comes to. */
const noBetter = (worse: TrustState, better: TrustState): void => {
  expect(worse.score).toBeLessThanOrEqual(better.score);
  expect(worse.level).toBeLessThanOrEqual(better.level);
};

const without = (evidence: readonly TrustEvidence[], { source, factor }: TrustEvidence) =>
  evidence.filter((one) => one.source !== source || one.factor !== factor);

describe('trust', () => {
  it('never rises with more against the subject, whatever held before', () => {
    fc.assert(
      fc.property(
        anyEvidence,
        mostlyGoodFacts,
        fc.nat(100),
        fc.nat(1_000_000),
        fc.boolean(),
        (evidence, facts, at, more, found) => {
          const previous = evaluate({ evidence, facts, nowMs: NOW_MS - 60_000 });
          const worse = evidence.map((one, index) =>
            index === at % Math.max(1, evidence.length)
              ? {
                  ...one,
                  negativeMilli: Math.min(1_000_000_000, one.negativeMilli + more),
                  findings: found ? [...one.findings, findingOf('new-peer', 'critical')] : one.findings,
                }
              : one,
          );
          noBetter(evaluate({ evidence: worse, facts, previous }), evaluate({ evidence, facts, previous }));
        },
      ),
    );
  });

  it('never rises with a new source that speaks against the subject', () => {
    fc.assert(
      fc.property(anyEvidence, mostlyGoodFacts, anyStatement, (evidence, facts, statement) => {
        const others = without(evidence, statement);
        const adverse = { ...statement, positiveMilli: 0 };
        noBetter(evaluate({ evidence: [...others, adverse], facts }), evaluate({ evidence: others, facts }));
      }),
    );
  });

  it('never rises when good evidence is taken away or made less', () => {
    fc.assert(
      fc.property(anyEvidence, mostlyGoodFacts, fc.nat(100), fc.nat(1000), (evidence, facts, at, permille) => {
        const less = evidence.map((one, index) =>
          index === at % Math.max(1, evidence.length)
            ? { ...one, positiveMilli: Math.floor((one.positiveMilli * permille) / 1000) }
            : one,
        );
        noBetter(evaluate({ evidence: less, facts }), evaluate({ evidence, facts }));
      }),
    );
  });

  it('never rises with age: a first assessment made later is no better', () => {
    fc.assert(
      fc.property(anyEvidence, mostlyGoodFacts, anyAgeMs, (evidence, facts, ageMs) => {
        noBetter(evaluate({ evidence, facts, nowMs: NOW_MS + ageMs }), evaluate({ evidence, facts }));
      }),
    );
  });

  it('never rises above what is earned now, whatever held before', () => {
    fc.assert(
      fc.property(anyEvidence, anyEvidence, mostlyGoodFacts, anyAgeMs, (before, now, facts, ageMs) => {
        const previous = evaluate({ evidence: before, facts });
        const nowMs = NOW_MS + ageMs;
        const state = evaluate({ evidence: now, facts, previous, nowMs });
        const fresh = evaluate({ evidence: now, facts, nowMs });
        expect(state.level).toBeLessThanOrEqual(fresh.rising?.level ?? fresh.level);
        expect(state.score).toBe(fresh.score);
      }),
    );
  });

  it('is not redeemed of a latched finding by any sequence of waiting', () => {
    fc.assert(
      fc.property(
        anyEvidence,
        anyStatement,
        fc.constantFrom('high', 'critical'),
        fc.array(anyAgeMs, { maxLength: 8 }),
        (evidence, statement, severity, waits) => {
          const latched = {
            ...statement,
            positiveMilli: 0,
            negativeMilli: 20_000,
            findings: [findingOf('x', severity)],
          };
          const held = [...without(evidence, statement), latched];
          let state = evaluate({ evidence: held });
          const worst = state.level;
          let nowMs = NOW_MS;
          for (const wait of waits) {
            nowMs += wait;
            state = evaluate({ evidence: held, previous: state, nowMs });
            expect(state.level).toBeLessThanOrEqual(worst);
            expect(state.reasons).toContain('x');
          }
        },
      ),
    );
  });

  it('does not depend on the order of evidence, nor on hearing it twice', () => {
    fc.assert(
      fc.property(
        anyEvidence.chain((evidence) =>
          fc.tuple(
            fc.constant(evidence),
            fc.shuffledSubarray([...evidence, ...evidence], { minLength: 2 * evidence.length }),
          ),
        ),
        mostlyGoodFacts,
        ([evidence, shuffled], facts) => {
          expect(evaluate({ evidence: shuffled, facts })).toEqual(evaluate({ evidence, facts }));
        },
      ),
    );
  });

  it('is told in contributions that add up to the hundredth', () => {
    fc.assert(
      fc.property(anyEvidence, mostlyGoodFacts, anyAgeMs, (evidence, facts, ageMs) => {
        const { contributions, score } = evaluate({ evidence, facts, nowMs: NOW_MS + ageMs });
        const lost = contributions.reduce((sum, one) => sum + one.lostCentipoints, 0);
        expect(Math.floor((10_000 - lost) / 100)).toBe(score);
        expect(contributions.reduce((sum, one) => sum + one.weightPermille, 0)).toBe(1000);
      }),
    );
  });

  it('agrees with the formula Π Eᵢ^wᵢ to a hundredth of a point', () => {
    fc.assert(
      fc.property(anyEvidence, mostlyGoodFacts, (evidence, facts) => {
        const { contributions } = evaluate({ evidence, facts });
        const truth = contributions.reduce((product, { positiveMilli: r, negativeMilli: s, weightPermille }) => {
          const expectation = (r + 2 * BASE_RATE_PERMILLE) / (r + s + 2000);
          return product * Math.max(1e-6, expectation) ** (weightPermille / 1000);
        }, 1);
        const score = 10_000 - contributions.reduce((sum, one) => sum + one.lostCentipoints, 0);
        if (contributions.every((one) => one.expectationPpm > 1000))
          expect(Math.abs(score - truth * 10_000)).toBeLessThan(2);
      }),
    );
  });

  it('holds its level until validUntil when nothing new is heard', () => {
    fc.assert(
      fc.property(
        anyEvidence,
        mostlyGoodFacts,
        anyEvidence,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (evidence, facts, before, part) => {
          const past = evaluate({ evidence: before, facts, nowMs: NOW_MS - 3_600_000 });
          const state = evaluate({ evidence, facts, previous: past });
          const span = Date.parse(state.validUntil) - NOW_MS;
          expect(span).toBeGreaterThan(0);
          const inside = NOW_MS + Math.floor((span - 1) * part);
          const whole = inside - ((inside - NOW_MS) % 1000);
          expect(evaluate({ evidence, facts, previous: state, nowMs: whole }).level).toBe(state.level);
        },
      ),
    );
  });

  it('is all integers, whatever the numbers', () => {
    fc.assert(
      fc.property(anyEvidence, mostlyGoodFacts, anyAgeMs, (evidence, facts, ageMs) => {
        const state = evaluate({ evidence, facts, nowMs: NOW_MS + ageMs });
        for (const { factor: _, ...numbers } of state.contributions) {
          for (const number of Object.values(numbers)) expect(Number.isSafeInteger(number)).toBe(true);
        }
        expect(state.contributions.every(({ positiveMilli }) => positiveMilli <= 18_000 + 3 * MAX_VOUCHED_MILLI)).toBe(
          true,
        );
      }),
    );
  });
});
