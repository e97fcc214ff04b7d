/**
 * The freshness matrix: what holds at which age of the last verified signed head. @see design.md 9.6
 */
import type { FreshnessBand } from '../contracts/levels.ts';
import type { TrafficClass } from './traffic-class.ts';

/** Upper ends of the first four rows, in seconds. The fourth is also the longest validity of a bundle. */
export const FRESHNESS_LIMIT_SECONDS = { fresh: 60, recent: 15 * 60, stale: 4 * 3600, isolated: 72 * 3600 } as const;

/** @param headAgeSeconds anything that is not a number from 0 up counts as `expired` */
export function freshnessBand(headAgeSeconds: number, bundleValid: boolean): FreshnessBand {
  if (!bundleValid || !(headAgeSeconds >= 0)) return 'expired';
  if (headAgeSeconds <= FRESHNESS_LIMIT_SECONDS.fresh) return 'fresh';
  if (headAgeSeconds <= FRESHNESS_LIMIT_SECONDS.recent) return 'recent';
  if (headAgeSeconds <= FRESHNESS_LIMIT_SECONDS.stale) return 'stale';
  return headAgeSeconds <= FRESHNESS_LIMIT_SECONDS.isolated ? 'isolated' : 'expired';
}

/** @returns seconds until the band ends if no head comes, or null when it has no end */
export function secondsLeftInBand(band: FreshnessBand, headAgeSeconds: number): number | null {
  if (band === 'expired' || !(headAgeSeconds >= 0)) return null;
  return Math.max(0, FRESHNESS_LIMIT_SECONDS[band] - headAgeSeconds);
}

/** A new access, one in an open session, one in an open session that the clinical owner protects. */
export type SessionPhase = 'new' | 'established' | 'protected';

export type FreshnessRule =
  /** Freshness demands nothing more: policy decides. */
  | 'by-policy'
  /** Policy decides, for identities the control plane had admitted without reserve. */
  | 'known-identities-only'
  /** The cloud policy engine must be asked. */
  | 'needs-confirmation'
  | 'close'
  /** What is open may go on to its own end; it is not prolonged. */
  | 'run-to-deadline'
  /** Freshness does not end it. */
  | 'run'
  | 'run-with-alarm'
  | 'break-glass-only';

type Row = Readonly<Record<Exclude<SessionPhase, 'protected'>, FreshnessRule>>;

const both = (rule: FreshnessRule): Row => ({ new: rule, established: rule });

const MATRIX: Readonly<Record<FreshnessBand, Readonly<Record<TrafficClass, Row>>>> = {
  fresh: { care: both('by-policy'), business: both('by-policy'), privileged: both('by-policy') },
  recent: {
    care: both('by-policy'),
    business: both('by-policy'),
    privileged: { new: 'needs-confirmation', established: 'run' },
  },
  stale: { care: both('by-policy'), business: both('by-policy'), privileged: both('close') },
  isolated: {
    care: both('known-identities-only'),
    business: { new: 'close', established: 'run-to-deadline' },
    privileged: both('close'),
  },
  expired: { care: both('break-glass-only'), business: both('close'), privileged: both('close') },
};

export function freshnessRule(band: FreshnessBand, traffic: TrafficClass, phase: SessionPhase): FreshnessRule {
  if (phase === 'protected') return band === 'expired' ? 'run-with-alarm' : 'run';
  return MATRIX[band][traffic][phase];
}
