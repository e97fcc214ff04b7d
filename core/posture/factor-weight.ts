/** How much one statement about a factor is worth, by who made it and how old it was when it was reported. */
import type { PostureFactor, PostureReport } from '../contracts/posture-report.ts';

export type PostureSource = 'posture-agent' | 'posture-gateway' | 'person';

/** A statement collected longer than this before its report is of another time. Both times are of the same clock. */
const STALE_AFTER_MS = 15 * 60_000;

/** RFC 9334: what a terminal claims of itself is worth less than what another saw. */
const SELF_REPORTED_PERMILLE = 600;
const OBSERVED_PERMILLE = 1000;

export const isStale = (statement: PostureFactor, report: PostureReport): boolean =>
  Date.parse(report.reportedAt) - Date.parse(statement.observedAt) > STALE_AFTER_MS;

/** Who observed is known from the connection: an agent's report is self-reported, whatever it calls itself. A person looks. */
export function factorWeightPermille(statement: PostureFactor, report: PostureReport, source: PostureSource): number {
  if (isStale(statement, report)) return 0;
  const observed = source !== 'posture-agent' && statement.provenance === 'observed';
  return observed ? OBSERVED_PERMILLE : SELF_REPORTED_PERMILLE;
}
