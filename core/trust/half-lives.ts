/**
 * How long good evidence of each source stays half as good. A source is given the time in which the thing it watches can
 * change unseen: a terminal's software in half an hour, a person's standing in a month.
 */
import type { EvidenceSource } from '../contracts/trust.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const HALF_LIFE_MS: Readonly<Record<EvidenceSource, number>> = {
  enrolment: 365 * DAY_MS,
  'posture-agent': 30 * MINUTE_MS,
  'posture-gateway': 30 * MINUTE_MS,
  'fingerprint-sensor': DAY_MS,
  'behaviour-analyzer': 4 * HOUR_MS,
  correlation: DAY_MS,
  'threat-intelligence': DAY_MS,
  'session-history': 30 * DAY_MS,
  location: HOUR_MS,
  person: 30 * DAY_MS,
};

/**
 * Sources that the cloud alone can renew: while it is away their evidence may be held. What the subject itself or its
 * gateway renews is not among them, so that a subject's own silence always counts.
 */
export const PAUSABLE_SOURCES: ReadonlySet<EvidenceSource> = new Set<EvidenceSource>([
  'enrolment',
  'behaviour-analyzer',
  'correlation',
  'threat-intelligence',
  'session-history',
  'person',
]);

/** A source whose evidence does not age from `sinceMs` on, because the cloud has been away since then. */
export interface PausedSource {
  readonly source: EvidenceSource;
  readonly sinceMs: number;
}
