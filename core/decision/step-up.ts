/**
 * Whether a person who is denied would be allowed with a better or a more recent authentication, and what to ask for.
 * @see RFC 9470 §3
 */
import type { StepUp } from '../contracts/access.ts';
import { acrValuesFor, authenticationStrength, CHALLENGE_ACR_VALUES } from '../policy/authentication-strength.ts';
import { AGE_VALUES } from './age-step.ts';
import type { AuthenticationFacts, Situation } from './situation.ts';

/**
 * @param allows judges a situation that differs only in the authentication
 * @returns the weakest demand that would be met with success, or null when authentication is not what is missing
 */
export function stepUpFor(situation: Situation, allows: (changed: Situation) => boolean): StepUp | null {
  if (situation.subject.party?.ref.kind !== 'user') return null;
  const allowsWith = (authentication: AuthenticationFacts): boolean => allows({ ...situation, authentication });
  const present = situation.authentication;
  const atLeastPresent = CHALLENGE_ACR_VALUES.filter((acr) => authenticationStrength(acr) >= present.strength);
  const acr = atLeastPresent.find((value) => allowsWith({ ...renewed(value) }));
  if (acr === undefined) return null;
  const enough = renewed(acr);
  const acrValues = acrValuesFor(enough.strength);
  const challenge = 'insufficient_user_authentication';
  const maxAgeSeconds = oldestAllowed((ageSeconds) => allowsWith({ ...enough, ageSeconds }));
  return maxAgeSeconds === null ? { challenge, acrValues } : { challenge, acrValues, maxAgeSeconds };
}

const renewed = (acr: string): AuthenticationFacts => ({ acr, strength: authenticationStrength(acr), ageSeconds: 0 });

/**
 * The largest age that is still allowed, by halving: policies put ceilings on ages. A policy that does otherwise gets a
 * demand that is met with success all the same, if not the weakest.
 * @returns null when every age is allowed
 */
function oldestAllowed(allows: (ageSeconds: number) => boolean): number | null {
  let [youngest, oldest] = [AGE_VALUES.length - 1, 0];
  if (allows(AGE_VALUES[oldest] ?? 0)) return null;
  while (youngest - oldest > 1) {
    const middle = Math.floor((youngest + oldest) / 2);
    if (allows(AGE_VALUES[middle] ?? 0)) youngest = middle;
    else oldest = middle;
  }
  return AGE_VALUES[youngest] ?? 0;
}
