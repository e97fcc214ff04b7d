/**
 * The Cedar schema: who can act, on what, by which verbs, judged by what. Its actions are produced from the action table.
 *
 * `schema.cedarschema` beside this file is the same text for people and tools; a test keeps the two equal.
 */
import { ACTION_GROUPS, ACTIONS, type ActionDefinition } from './actions/action-table.ts';

export const NAMESPACE = 'Vitalgate';

const ENTITY_TYPES = `\
  // ---- Where things belong. Every id begins with its site, save roles, which mean the same everywhere.

  entity Site;
  entity Zone in [Site];
  entity Ward in [Site];
  entity Group in [Site];
  entity Role;

  // ---- Who acts and what is acted on. A ward's name is also a group's: a resource that serves "icu" serves the ward.

  entity Device in [Device, Ward, Zone, Group, Site] = {
    category: String,
    manufacturer: String,
    model: String,
    firmware?: String,
    criticality: String,
    securityLevel: Long,
    requiredLevel: Long,
    ward: Ward,
    zone: Zone,
    groups: Set<Group>,
  };
  entity User in [Role, Ward, Group, Site] = {
    roles: Set<String>,
    requiredLevel: Long,
    groups: Set<Group>,
  };
  entity Application in [Zone, Group, Site] = {
    purpose: String,
    requiredLevel: Long,
    zone: Zone,
    groups: Set<Group>,
  };
  entity Resource in [Zone, Group, Site] = {
    category: String,
    protocol: String,
    criticality: String,
    dataClass: String,
    requiredLevel: Long,
    zone: Zone,
    groups: Set<Group>,
  };
  entity Gateway in [Zone, Group, Site] = {
    zone: Zone,
  };

  // ---- How they are judged. Ranks grow from worst to best for posture and freshness, from best to worst for deviation.

  type Judgement = {
    trustLevel: Long,       // 0 none, 1 remediation, 2 limited, 3 standard, 4 high
    trustOverdue: Bool,     // should have been judged again by now and was not
    state: String,          // admitted, restricted, quarantined
    postureGrade: String,   // A to F, or unknown
    postureRank: Long,      // F 0, unknown 1, E 2, D 3, C 4, B 5, A 6
    deviationBand: String,  // normal, unknown, elevated, high, critical
    deviationRank: Long,    // normal 0, unknown 1, elevated 2, high 3, critical 4
  };
  type Authentication = {
    acr: String,            // as the issuer said it; "none" without a person
    strength: Long,         // 0 none, 1 to 3 as NIST SP 800-63B assurance levels
    ageSeconds: Long,       // rounded up; without a person a year
  };
  type Path = {
    gateway: Gateway,
    expected: Bool,         // the zone is the one the subject or the gateway is declared to be in
    stage: String,          // admission, connection, use
    established: Bool,
    traffic: String,        // care, business, privileged
  };
  type RequestContext = {
    subject: Judgement,
    environment: Judgement,
    object: Judgement,
    accessLevel: Long,      // the lowest of the three
    device?: Device,        // the terminal in use, also when a person is the principal
    authentication: Authentication,
    sessionAgeSeconds: Long, // rounded up
    path: Path,
    zone: Zone,
    timeBand: String,       // day, evening, night: local time of the site
    dataClass: String,      // public, internal, clinical, sensitive
    freshness: String,      // fresh, recent, stale, isolated, expired
    freshnessRank: Long,    // expired 0, isolated 1, stale 2, recent 3, fresh 4
    narrowed: Bool,         // the verb is not among those a restricted device keeps
    breakGlass: Bool,
  };
`;

const quotedList = (names: readonly string[]): string => names.map((name) => `Action::"${name}"`).join(', ');

const groupText = ([name, parents]: readonly [string, readonly string[]]): string =>
  `  action "${name}"${parents.length === 0 ? '' : ` in [${quotedList(parents)}]`};`;

const actionText = (action: ActionDefinition): string =>
  `  action "${action.verb}" in [${quotedList(action.directGroups)}] appliesTo { ` +
  `principal: [${action.principals.join(', ')}], resource: [${action.objects.join(', ')}], context: RequestContext };`;

/** The whole schema in Cedar's own form. */
export const SCHEMA_TEXT: string = [
  '// The Cedar schema of Vitalgate. Its actions come from core/policy/actions; `npx vitest run test/unit/policy -u`',
  '// writes this file from core/policy/schema.ts.',
  `namespace ${NAMESPACE} {`,
  ENTITY_TYPES,
  '  // ---- What verbs amount to, and the families they come in.',
  '',
  ...[...ACTION_GROUPS].map(groupText),
  '',
  '  // ---- The verbs.',
  '',
  ...ACTIONS.map(actionText),
  '}',
  '',
].join('\n');
