/**
 * What a trust conclusion is worth after the moment at which it should have been judged again.
 *
 * It holds on: re-judging is the business of the control plane, or of the gateway's own evaluators when that is away,
 * and how old the signed state may be is the business of the freshness matrix, not of a second clock beside it. But it is
 * called overdue, so that policy can demand current trust where it matters; and after the longest time a bundle is valid
 * nothing is left of it.
 */
import type { TrustLevel } from '../contracts/levels.ts';
import type { TrustState } from '../contracts/trust.ts';
import { FRESHNESS_LIMIT_SECONDS } from './freshness.ts';
import type { Horizon } from './horizon.ts';

/** Evaluations run every minute and messages take their time: this much later is not late. */
export const TRUST_GRACE_MS = FRESHNESS_LIMIT_SECONDS.recent * 1000;
/** Past its time by more than the last row of the freshness matrix: worth nothing. */
export const TRUST_EXPIRY_MS = FRESHNESS_LIMIT_SECONDS.isolated * 1000;

export type TrustStanding = 'missing' | 'current' | 'overdue' | 'expired';

export function trustStanding(
  trust: TrustState | null,
  nowMs: number,
  horizon: Horizon,
): { readonly standing: TrustStanding; readonly level: TrustLevel } {
  if (trust === null) return { standing: 'missing', level: 0 };
  const dueMs = Date.parse(trust.validUntil);
  for (const afterMs of [0, TRUST_GRACE_MS, TRUST_EXPIRY_MS]) horizon.changesAt(dueMs + afterMs + 1);
  const lateMs = nowMs - dueMs;
  if (lateMs > TRUST_EXPIRY_MS) return { standing: 'expired', level: 0 };
  return { standing: lateMs > TRUST_GRACE_MS ? 'overdue' : 'current', level: trust.level };
}
