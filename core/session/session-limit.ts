/** How old a session may become. Policies say so by obligation; for what they leave open there are limits by traffic. */
import type { Obligation } from '../contracts/access.ts';
import type { TrafficClass } from '../decision/traffic-class.ts';
import { sessionLimitSeconds } from '../policy/obligations.ts';

/** A monitor's session lasts as long as its patient stays; an office session a shift; a privileged one an hour. */
const DEFAULT_LIMIT_SECONDS: Readonly<Record<TrafficClass, number | null>> = {
  care: null,
  business: 8 * 3600,
  privileged: 3600,
};

/** @returns the moment at which the session has lived long enough; infinite when nothing limits it */
export function sessionEndMs(openedAtMs: number, obligations: readonly Obligation[], traffic: TrafficClass): number {
  const seconds = sessionLimitSeconds(obligations) ?? DEFAULT_LIMIT_SECONDS[traffic];
  return seconds === null ? Number.POSITIVE_INFINITY : openedAtMs + seconds * 1000;
}
