/**
 * How strongly a person was authenticated, as a number that policy can compare.
 *
 * @see NIST SP 800-63B-4 §2 (assurance levels), OpenID EAP ACR Values 1.0 (`phr`, `phrh`), OpenID Connect Core §2 (`0`),
 *   RFC 9470 §3 (acr_values in a challenge)
 */

/** The names this system asks for in a challenge, weakest first; the others are understood when an issuer says them. */
export const CHALLENGE_ACR_VALUES = ['aal1', 'aal2', 'aal3'] as const;

const STRENGTH: ReadonlyMap<string, number> = new Map([
  ['none', 0],
  ['0', 0],
  ['aal1', 1],
  ['aal2', 2],
  ['aal3', 3],
  ['http://idmanagement.gov/ns/assurance/aal/1', 1],
  ['http://idmanagement.gov/ns/assurance/aal/2', 2],
  ['http://idmanagement.gov/ns/assurance/aal/3', 3],
  ['phr', 2],
  ['phrh', 3],
]);

/** @returns 0 to 3; a value nobody agreed on proves nothing */
export const authenticationStrength = (acr: string): number => STRENGTH.get(acr) ?? 0;

/** What an issuer may answer a challenge with so that at least `strength` is reached, weakest first. */
export const acrValuesFor = (strength: number): string[] =>
  CHALLENGE_ACR_VALUES.filter((acr) => authenticationStrength(acr) >= strength);
