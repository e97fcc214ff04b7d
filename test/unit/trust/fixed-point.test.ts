import { describe, expect, it } from 'vitest';
import { divideDown, halve, negativeLog2, powerOfHalf } from '../../../core/trust/fixed-point.ts';
import { EXPONENT_UNIT, HALVING_TABLE, LOGARITHM_TABLE, TABLE_STEPS } from '../../../core/trust/fixed-point-tables.ts';

describe('the stated tables', () => {
  it('hold 2^(−k/128) and −log2((128 + k)/256), rounded', () => {
    expect(HALVING_TABLE).toEqual(
      Array.from({ length: TABLE_STEPS + 1 }, (_, k) => Math.round(1e9 * 2 ** (-k / TABLE_STEPS))),
    );
    expect(LOGARITHM_TABLE).toEqual(
      Array.from({ length: TABLE_STEPS + 1 }, (_, k) => Math.round(EXPONENT_UNIT * Math.log2(256 / (TABLE_STEPS + k)))),
    );
  });
});

describe('powerOfHalf', () => {
  it.each([
    [0, 1_000_000_000],
    [EXPONENT_UNIT, 500_000_000],
    [3 * EXPONENT_UNIT, 125_000_000],
    [30 * EXPONENT_UNIT, 0],
  ])('of %i units is %i parts per billion', (exponent, expected) => expect(powerOfHalf(exponent)).toBe(expected));

  it('is within four millionths of the true value', () => {
    for (let exponent = 0; exponent < 8 * EXPONENT_UNIT; exponent += 99_991) {
      const truth = 1e9 * 2 ** (-exponent / EXPONENT_UNIT);
      expect(Math.abs(powerOfHalf(exponent) - truth)).toBeLessThan(truth * 4e-6 + 1);
    }
  });

  it('never rises', () => {
    for (let exponent = 0; exponent < 2 * EXPONENT_UNIT; exponent += 4_093) {
      expect(powerOfHalf(exponent + 4_093)).toBeLessThanOrEqual(powerOfHalf(exponent));
    }
  });
});

describe('negativeLog2', () => {
  it.each([
    [1_000_000, 0],
    [500_000, EXPONENT_UNIT],
    [250_000, 2 * EXPONENT_UNIT],
  ])('of %i millionths is %i units', (ppm, expected) => expect(negativeLog2(ppm)).toBe(expected));

  it('is within twelve millionths of a bit of the true value', () => {
    for (let ppm = 1; ppm <= 1_000_000; ppm += ppm < 5000 ? 1 : 997) {
      expect(Math.abs(negativeLog2(ppm) / EXPONENT_UNIT + Math.log2(ppm / 1e6))).toBeLessThan(1.2e-5);
    }
  });

  it('never rises with the proportion', () => {
    for (let ppm = 1; ppm < 1_000_000; ppm += 37) {
      expect(negativeLog2(Math.min(1_000_000, ppm + 37))).toBeLessThanOrEqual(negativeLog2(ppm));
    }
  });
});

describe('halve', () => {
  it.each([
    [10_000, 0, 10_000],
    [10_000, 1_800_000, 5_000],
    [10_000, 3_600_000, 2_500],
    [10_000, 900_000, 7_071],
    [10_000, 10 ** 13, 0],
  ])('leaves of %i after %i ms %i', (amount, ageMs, left) => expect(halve(amount, ageMs, 1_800_000)).toBe(left));

  it('stays in safe integers for the longest half-life', () => {
    const halfLife = 2 ** 36;
    for (const ageMs of [1, halfLife - 1, halfLife, halfLife + 1, 29 * halfLife + 12_345]) {
      const left = halve(1_000_000, ageMs, halfLife);
      expect(Number.isSafeInteger(left)).toBe(true);
      expect(Math.abs(left - 1e6 * 2 ** (-ageMs / halfLife))).toBeLessThan(6);
    }
  });
});

it('divideDown rounds down where floating point would round up', () => {
  const dividend = Number.MAX_SAFE_INTEGER;
  expect(divideDown(dividend, 2)).toBe((dividend - 1) / 2);
  expect(divideDown(dividend - 1, dividend)).toBe(0);
});
