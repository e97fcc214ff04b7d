/** Malware indicators by hash. The list changes by the day and is asked by the second, so its index is kept with it. */
import type { MalwareIndicator } from '../contracts/bundle.ts';

export type IndicatorIndex = ReadonlyMap<string, MalwareIndicator>;

const indexes = new WeakMap<readonly MalwareIndicator[], IndicatorIndex>();

export function indexIndicators(indicators: readonly MalwareIndicator[]): IndicatorIndex {
  const known = indexes.get(indicators);
  if (known !== undefined) return known;
  const index = new Map(indicators.map((indicator) => [indicator.sha256, indicator]));
  indexes.set(indicators, index);
  return index;
}
