/**
 * A request in its circumstances, looked up and abstracted: everything that criteria and policies are told, and nothing
 * else. Two requests with the same situation have the same decision.
 */
import type { AccessRequest } from '../contracts/access.ts';
import type { Entity } from '../contracts/entities.ts';
import type { EntityKind } from '../contracts/identifiers.ts';
import type { FreshnessBand } from '../contracts/levels.ts';
import { type ActionDefinition, actionOf } from '../policy/actions/action-table.ts';
import { authenticationStrength } from '../policy/authentication-strength.ts';
import { ageStep, NEVER_SECONDS } from './age-step.ts';
import type { EnvironmentFacts, Stage } from './environment-facts.ts';
import type { Party, PartyFinder, Sought } from './party.ts';
import type { SiteView } from './site-view.ts';
import type { TimeBand } from './time-band.ts';
import { type TrafficClass, trafficClass } from './traffic-class.ts';
import { verbsCover } from './verb-pattern.ts';

export interface AuthenticationFacts {
  readonly acr: string;
  readonly strength: number;
  readonly ageSeconds: number;
}

export interface Situation {
  readonly site: string;
  readonly subject: Sought;
  readonly object: Sought;
  /** The terminal of a person; `null` for other subjects, and for a person without one. */
  readonly device: Sought | null;
  readonly gateway: Sought | null;
  /** Hubs on the way from the subject, and on the way to the object. */
  readonly subjectHubs: readonly Sought[];
  readonly objectHubs: readonly Sought[];
  readonly verb: string;
  readonly action: ActionDefinition | null;
  readonly traffic: TrafficClass;
  /** The verb is one that a restricted device of that category keeps. */
  readonly keptBySubject: boolean;
  readonly keptByObject: boolean;
  readonly zone: string;
  readonly zoneExpected: boolean;
  readonly stage: Stage;
  readonly established: boolean;
  readonly sessionAgeSeconds: number;
  readonly authentication: AuthenticationFacts;
  readonly timeBand: TimeBand;
  readonly freshness: FreshnessBand;
  readonly breakGlass: boolean;
}

/** Issuers' clocks run ahead by this much at most; a person authenticated later than that was not. */
export const CLOCK_SKEW_MS = 60_000;
const NOT_AUTHENTICATED: AuthenticationFacts = { acr: 'none', strength: 0, ageSeconds: NEVER_SECONDS };

const SUBJECT_KINDS: ReadonlyMap<string, EntityKind> = new Map([
  ['device', 'device'],
  ['user', 'user'],
  ['application', 'application'],
]);
const OBJECT_KINDS: ReadonlyMap<string, EntityKind> = new Map([...SUBJECT_KINDS, ['resource', 'resource']]);

/** @param environment as `relevantFacts` leaves it: terminal and authentication only where a person is the subject */
export function describeSituation(
  request: AccessRequest,
  environment: EnvironmentFacts,
  { view, finder, timeBand }: { readonly view: SiteView; readonly finder: PartyFinder; readonly timeBand: TimeBand },
): Situation {
  const find = (kind: EntityKind | undefined, id: string): Sought =>
    kind === undefined ? { id, party: null } : finder.find(kind, id);
  const hubsOf = (party: Party | null | undefined): Sought[] =>
    party?.entity.kind === 'device' ? finder.hubs(party.entity) : [];

  const subject = find(SUBJECT_KINDS.get(request.subject.type), request.subject.id);
  const object = find(OBJECT_KINDS.get(request.resource.type), request.resource.id);
  const device = environment.device === null ? null : find(environment.device.kind, environment.device.id);
  const gateway = environment.gateway === null ? null : find(environment.gateway.kind, environment.gateway.id);
  const terminal = device?.party ?? subject.party;
  const verb = request.action.name;
  const action = actionOf(verb) ?? null;
  const kept = (party: Party | null | undefined): boolean => isKept(view, party, object.party?.entity, verb);
  return {
    site: view.site,
    subject,
    object,
    device,
    gateway,
    subjectHubs: hubsOf(terminal),
    objectHubs: hubsOf(object.party),
    verb,
    action,
    traffic: action === null || object.party === null ? 'business' : trafficClass(object.party.entity, action),
    keptBySubject: kept(terminal),
    keptByObject: kept(object.party),
    zone: environment.zone,
    zoneExpected: [terminal, gateway?.party].some((party) => zoneOf(party) === environment.zone),
    stage: environment.stage,
    established: environment.established,
    sessionAgeSeconds: sessionAgeSeconds(environment),
    authentication: authenticationFacts(environment),
    timeBand,
    freshness: environment.freshness,
    breakGlass: environment.breakGlass,
  };
}

const zoneOf = (party: Party | null | undefined): string | null =>
  party !== null && party !== undefined && 'zone' in party.entity ? party.entity.zone : null;

function isKept(view: SiteView, party: Party | null | undefined, object: Entity | undefined, verb: string): boolean {
  if (party?.entity.kind !== 'device') return true;
  const verbsAreSeen = object?.kind !== 'resource' || object.protocol !== 'tcp';
  return verbsCover(view.narrowedVerbs(party.entity.category) ?? [], verb, verbsAreSeen);
}

export const sessionAgeSeconds = ({ nowMs, sessionStartedAtMs }: EnvironmentFacts): number =>
  sessionStartedAtMs === null ? 0 : ageStep(nowMs - sessionStartedAtMs);

export function authenticationFacts({ nowMs, authentication }: EnvironmentFacts): AuthenticationFacts {
  if (authentication === null) return NOT_AUTHENTICATED;
  const { acr, authenticatedAtMs } = authentication;
  if (!(authenticatedAtMs <= nowMs + CLOCK_SKEW_MS)) return NOT_AUTHENTICATED;
  return { acr, strength: authenticationStrength(acr), ageSeconds: ageStep(nowMs - authenticatedAtMs) };
}
