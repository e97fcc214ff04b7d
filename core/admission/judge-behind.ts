/** A child behind a hub: whatever is known of it came through the hub, so it is judged at most as well. @see design.md 4 */
import type { TrustLevel } from '../contracts/levels.ts';

/** @param hub `null` when nothing is known of the hub: then nothing is believed of the child either */
export function judgeBehind(child: TrustLevel, hub: TrustLevel | null): TrustLevel {
  if (hub === null) return 0;
  return child <= hub ? child : hub;
}
