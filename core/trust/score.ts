/**
 * From weighed factors to the score and the level it bears: T = Π Eᵢ^wᵢ, so that no strength makes up for a weakness, and
 * no level is held on a factor below its floor.
 */
import type { TrustLevel } from '../contracts/levels.ts';
import type { TrustContribution } from '../contracts/trust.ts';
import { divideDown, negativeLog2, powerOfHalf } from './fixed-point.ts';
import { LEVEL_TABLE, levelOfScore, lowerLevel } from './levels.ts';
import { expectationPpm, positiveAt, type WeighedFactor } from './weigh-factors.ts';

const FULL_CENTIPOINTS = 10_000;
const PARTS_PER_BILLION_PER_CENTIPOINT = 100_000;

interface FactorReading {
  readonly factor: WeighedFactor;
  readonly positiveMilli: number;
  readonly expectationPpm: number;
  /** Weight × −log2 E. */
  readonly loss: number;
}

export interface Score {
  readonly centipoints: number;
  readonly earned: TrustLevel;
  readonly readings: readonly FactorReading[];
}

/** Reads score and earned level at a moment. Later never gives more. */
export function scoreAt(factors: readonly WeighedFactor[], atMs: number): Score {
  const readings = factors.map((factor): FactorReading => {
    const positiveMilli = positiveAt(factor, atMs);
    const ppm = expectationPpm(positiveMilli, factor.negativeMilli);
    return { factor, positiveMilli, expectationPpm: ppm, loss: factor.weightPermille * negativeLog2(ppm) };
  });
  const loss = readings.reduce((sum, reading) => sum + reading.loss, 0);
  const centipoints = divideDown(powerOfHalf(divideDown(loss, 1000)), PARTS_PER_BILLION_PER_CENTIPOINT);
  const earned = readings.reduce((level, reading) => lowerLevel(level, levelBorne(reading)), levelOfScore(centipoints));
  return { centipoints, earned, readings };
}

const levelBorne = ({ factor, expectationPpm: ppm }: FactorReading): TrustLevel =>
  LEVEL_TABLE.find(({ level }) => ppm >= factor.rule.floorPpm[level])?.level ?? 0;

/** What each factor takes off the full score, in proportion to its loss. The parts add up to the whole exactly. */
export function contributionsOf({ centipoints, readings }: Score): TrustContribution[] {
  const lost = FULL_CENTIPOINTS - centipoints;
  const whole = readings.reduce((sum, reading) => sum + reading.loss, 0);
  const parts = readings.map(({ loss }) => (whole === 0 ? 0 : divideDown(lost * loss, whole)));
  const remainders = readings.map(({ loss }, index) => ({ index, rest: whole === 0 ? 0 : (lost * loss) % whole }));
  const open = lost - parts.reduce((sum, part) => sum + part, 0);
  for (const { index } of remainders.toSorted((a, b) => b.rest - a.rest || a.index - b.index).slice(0, open)) {
    parts[index] = (parts[index] ?? 0) + 1;
  }
  return readings.map(({ factor, positiveMilli, expectationPpm: ppm }, index) => ({
    factor: factor.rule.factor,
    positiveMilli,
    negativeMilli: factor.negativeMilli,
    expectationPpm: ppm,
    weightPermille: factor.weightPermille,
    lostCentipoints: parts[index] ?? 0,
  }));
}
