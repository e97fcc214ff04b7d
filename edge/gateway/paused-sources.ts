/** Evidence that only the control plane renews does not age while the control plane is away. @see design.md 7 */
import { FRESHNESS_LIMIT_SECONDS } from '../../core/decision/freshness.ts';
import { PAUSABLE_SOURCES, type PausedSource } from '../../core/trust/half-lives.ts';
import type { SiteReplica } from './site-replica.ts';

/** Away since the last confirmed head, once that is no longer fresh. */
export function pausedSources(replica: SiteReplica, nowMs: number): PausedSource[] {
  const ageSeconds = replica.headAgeSeconds(nowMs);
  if (!(ageSeconds > FRESHNESS_LIMIT_SECONDS.fresh)) return [];
  const sinceMs = Math.floor(nowMs - ageSeconds * 1000);
  return [...PAUSABLE_SOURCES].map((source) => ({ source, sinceMs }));
}
