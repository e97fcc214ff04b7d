/**
 * What level a resource demands, from what a breach and a denial would cost: a permit is right exactly when
 * (1 − T)·C_breach < T·C_denial. The ratio decides, so any unit of cost will do.
 */
import type { TrustLevel } from '../contracts/levels.ts';
import { failure, type Result, success } from '../result.ts';
import { LEVEL_TABLE } from './levels.ts';

/** Keeps every product a safe integer. */
export const MAX_COST = 100_000_000_000;
const FULL_CENTIPOINTS = 10_000;

/**
 * The lowest level at which even the least trust it stands for is enough.
 * @param costOfBreach integer from 0 to {@link MAX_COST}
 * @param costOfDenial the same
 * @returns `no-level-suffices` when a breach costs so much more that no level permits
 */
export function requiredLevel(
  costOfBreach: number,
  costOfDenial: number,
): Result<TrustLevel, 'cost-out-of-range' | 'no-level-suffices'> {
  if (![costOfBreach, costOfDenial].every((cost) => Number.isInteger(cost) && cost >= 0 && cost <= MAX_COST)) {
    return failure('cost-out-of-range', `a cost is an integer from 0 to ${MAX_COST}`);
  }
  const row = LEVEL_TABLE.findLast(
    ({ fromCentipoints }) => (FULL_CENTIPOINTS - fromCentipoints) * costOfBreach < fromCentipoints * costOfDenial,
  );
  if (row === undefined) return failure('no-level-suffices', 'a breach costs so much that trust alone cannot permit');
  return success(row.level);
}
