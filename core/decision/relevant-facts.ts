/**
 * Of the circumstances of an access, those that can matter to it: what is left out here is neither a reason to judge again
 * nor to remember separately.
 */
import type { AccessRequest } from '../contracts/access.ts';
import { nextAgeStepMs } from './age-step.ts';
import type { EnvironmentFacts } from './environment-facts.ts';
import { secondsLeftInBand } from './freshness.ts';
import type { Horizon } from './horizon.ts';
import { authenticationFacts, CLOCK_SKEW_MS, sessionAgeSeconds } from './situation.ts';
import { nextQuarterMs, type TimeBand } from './time-band.ts';

/** Whether any policy of the site reads an attribute of this name. */
export type Reads = (name: string) => boolean;

/** Terminal and authentication are a person's; the age of a session matters where a policy asks for it. */
export function relevantFacts(request: AccessRequest, environment: EnvironmentFacts, reads: Reads): EnvironmentFacts {
  const person = request.subject.type === 'user';
  return {
    ...environment,
    device: person ? environment.device : null,
    authentication: person ? environment.authentication : null,
    sessionStartedAtMs: reads('sessionAgeSeconds') ? environment.sessionStartedAtMs : null,
  };
}

/**
 * Everything a decision rests on that is not the state of an entity: equal for equal requests only. JSON, so that no id
 * can pretend to be two.
 */
export function decisionKey(request: AccessRequest, facts: EnvironmentFacts, timeBand: TimeBand): string {
  const { subject, action, resource } = request;
  const { device, gateway } = facts;
  const authentication = facts.authentication === null ? null : authenticationFacts(facts);
  return JSON.stringify([
    subject.type,
    subject.id,
    action.name,
    resource.type,
    resource.id,
    device?.kind,
    device?.id,
    gateway?.kind,
    gateway?.id,
    facts.zone,
    facts.stage,
    facts.established,
    facts.freshness,
    facts.breakGlass,
    timeBand,
    sessionAgeSeconds(facts),
    authentication?.acr,
    authentication?.ageSeconds,
  ]);
}

/** When the passing of time alone makes the circumstances others. */
export function noteTimeChanges(facts: EnvironmentFacts, reads: Reads, horizon: Horizon): void {
  const { nowMs, freshness, headAgeSeconds, sessionStartedAtMs, authentication } = facts;
  if (reads('timeBand')) horizon.changesAt(nextQuarterMs(nowMs));
  if (sessionStartedAtMs !== null) horizon.changesAt(nextAgeStepMs(sessionStartedAtMs, nowMs));
  if (authentication !== null) {
    horizon.changesAt(authentication.authenticatedAtMs - CLOCK_SKEW_MS);
    horizon.changesAt(nextAgeStepMs(authentication.authenticatedAtMs, nowMs));
  }
  const leftInBand = secondsLeftInBand(freshness, headAgeSeconds);
  if (leftInBand !== null) horizon.changesAt(Math.floor(nowMs + leftInBand * 1000) + 1);
}
