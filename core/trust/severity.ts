/** What a finding of each severity is worth as an observation against its subject, in thousandths. */
import type { Severity } from '../contracts/levels.ts';

export const SEVERITY_MILLI: Readonly<Record<Severity, number>> = {
  info: 0,
  low: 300,
  medium: 1_000,
  high: 5_000,
  critical: 1_000_000,
};
