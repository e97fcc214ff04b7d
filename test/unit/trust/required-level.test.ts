import { describe, expect, it } from 'vitest';
import { LEVEL_TABLE } from '../../../core/trust/levels.ts';
import { MAX_COST, requiredLevel } from '../../../core/trust/required-level.ts';
import { BASE_RATE_PERMILLE } from '../../../core/trust/weigh-factors.ts';

const levelOf = (breach: number, denial: number): number | string => {
  const result = requiredLevel(breach, denial);
  return result.ok ? result.value : result.code;
};

describe('requiredLevel', () => {
  it.each([
    ['nothing can be lost', 0, 1, 1],
    ['a denial costs ten times a breach', 1, 10, 1],
    ['a denial costs somewhat more', 4, 5, 2],
    ['both cost the same', 1, 1, 3],
    ['a breach costs twice as much', 2, 1, 4],
    ['a breach costs exactly what level 4 stands for', 3, 1, 'no-level-suffices'],
    ['a denial costs nothing', 1, 0, 'no-level-suffices'],
    ['nothing costs anything', 0, 0, 'no-level-suffices'],
  ])('when %s', (_, breach, denial, expected) => expect(levelOf(breach, denial)).toBe(expected));

  it.each([-1, 0.5, Number.NaN, MAX_COST + 1])('refuses the cost %s', (cost) => {
    expect(levelOf(cost, 1)).toBe('cost-out-of-range');
    expect(levelOf(1, cost)).toBe('cost-out-of-range');
  });

  it('demands a level whose least trust permits, and whose neighbour below does not', () => {
    for (let breach = 1; breach <= 40; breach += 1) {
      for (let denial = 1; denial <= 40; denial += 1) {
        const required = levelOf(breach, denial);
        for (const { level, fromCentipoints } of LEVEL_TABLE) {
          const permits = (10_000 - fromCentipoints) * breach < fromCentipoints * denial;
          expect(permits).toBe(typeof required === 'number' && level >= required);
        }
      }
    }
  });

  it('counts in the unit of the largest costs without losing a bit', () => {
    expect(levelOf(MAX_COST, MAX_COST)).toBe(3);
    expect(levelOf(MAX_COST, MAX_COST / 4)).toBe('no-level-suffices');
  });
});

it('the base rate lies below the threshold of every level', () => {
  for (const { level, fromCentipoints } of LEVEL_TABLE) {
    if (level > 0) expect(fromCentipoints).toBeGreaterThan(BASE_RATE_PERMILLE * 10);
  }
});
