/**
 * Halving, logarithm and weighted product in integers, from stated tables. Every value on the way is a safe integer and
 * every division is exact or rounded down by remainder, so no engine can differ in a bit. All three are monotone.
 */
import { EXPONENT_UNIT, HALVING_TABLE, LOGARITHM_TABLE, TABLE_STEPS } from './fixed-point-tables.ts';

export const PARTS_PER_MILLION = 1_000_000;
const PARTS_PER_BILLION = 1_000_000_000;

const FRACTION = EXPONENT_UNIT / TABLE_STEPS;
/** 2^−30 in parts per billion is below one. */
const MAX_HALVINGS = 30;

/** Quotient rounded down, for safe integers ≥ 0. */
export const divideDown = (dividend: number, divisor: number): number => (dividend - (dividend % divisor)) / divisor;

/** Straight line between entry `index` and the next, `numerator / denominator` of the way, for a falling table. */
function interpolate(table: readonly number[], index: number, numerator: number, denominator: number): number {
  const from = table[index] ?? 0;
  const to = table[index + 1] ?? from;
  return from - divideDown((from - to) * numerator, denominator);
}

/**
 * 2^−exponent.
 * @param exponent in units of 2^−23 bit, ≥ 0
 * @returns parts per billion
 */
export function powerOfHalf(exponent: number): number {
  const halvings = divideDown(exponent, EXPONENT_UNIT);
  if (halvings >= MAX_HALVINGS) return 0;
  const rest = exponent % EXPONENT_UNIT;
  const fraction = interpolate(HALVING_TABLE, divideDown(rest, FRACTION), rest % FRACTION, FRACTION);
  return divideDown(fraction, 2 ** halvings);
}

/**
 * −log2 of a proportion, rounded towards more.
 * @param proportionPpm 1 to 1 000 000
 * @returns units of 2^−23 bit
 */
export function negativeLog2(proportionPpm: number): number {
  const half = PARTS_PER_MILLION / 2;
  let scaled = proportionPpm;
  let exponent = 0;
  while (scaled < half) {
    scaled *= 2;
    exponent += EXPONENT_UNIT;
  }
  const position = (scaled - half) * TABLE_STEPS;
  return exponent + interpolate(LOGARITHM_TABLE, divideDown(position, half), position % half, half);
}

/**
 * What is left of an amount after some time.
 * @param amount 0 to 1 000 000
 * @param ageMs ≥ 0
 * @param halfLifeMs at most 2^36 (two years)
 */
export function halve(amount: number, ageMs: number, halfLifeMs: number): number {
  const halvings = divideDown(ageMs, halfLifeMs);
  const position = (ageMs % halfLifeMs) * TABLE_STEPS;
  const fraction = divideDown((position % halfLifeMs) * FRACTION, halfLifeMs);
  const exponent = halvings * EXPONENT_UNIT + divideDown(position, halfLifeMs) * FRACTION + fraction;
  return divideDown(amount * powerOfHalf(exponent), PARTS_PER_BILLION);
}
