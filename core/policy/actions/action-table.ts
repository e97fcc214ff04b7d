/**
 * Every verb there is. What is not here is denied as `verb-unknown`: a verb that nobody described, nobody can judge.
 */
import { DICOM_VERBS } from './dicom.ts';
import { FHIR_VERBS } from './fhir.ts';
import { HL7_VERBS } from './hl7.ts';
import { HTTP_VERBS } from './http.ts';
import { MANAGEMENT_VERBS } from './management.ts';
import { MQTT_VERBS } from './mqtt.ts';
import { TCP_VERBS } from './tcp.ts';
import {
  ACCESS_GROUPS,
  type AccessGroup,
  type ObjectType,
  type PrincipalType,
  type VerbFamily,
} from './verb-family.ts';

const FAMILIES: readonly VerbFamily[] = [
  TCP_VERBS,
  HTTP_VERBS,
  FHIR_VERBS,
  HL7_VERBS,
  DICOM_VERBS,
  MQTT_VERBS,
  ...MANAGEMENT_VERBS,
];

export interface ActionDefinition {
  readonly verb: string;
  readonly family: string;
  /** The verb's family, the groups the verb is in, and the groups those are in. */
  readonly groups: ReadonlySet<string>;
  /** The groups named for the verb itself, as the schema states them. */
  readonly directGroups: readonly string[];
  readonly principals: readonly PrincipalType[];
  readonly objects: readonly ObjectType[];
}

const ancestors = (groups: readonly AccessGroup[]): string[] =>
  groups.flatMap((group) => [group, ...ACCESS_GROUPS[group]]);

function definitionsOf({ family, principals, objects, verbs }: VerbFamily): ActionDefinition[] {
  const groupsByName = new Map<string, AccessGroup[]>();
  for (const [group, names] of Object.entries(verbs) as [AccessGroup, readonly string[]][]) {
    for (const name of names) groupsByName.set(name, [...(groupsByName.get(name) ?? []), group]);
  }
  return [...groupsByName].map(([name, groups]) => ({
    verb: `${family}:${name}`,
    family,
    groups: new Set([family, ...ancestors(groups)]),
    directGroups: [...new Set<string>([family, ...groups])],
    principals,
    objects,
  }));
}

/** In the order of the families, then of their groups. */
export const ACTIONS: readonly ActionDefinition[] = FAMILIES.flatMap(definitionsOf);

/** Groups without verbs of their own: the access groups and one for each family. Name to parents. */
export const ACTION_GROUPS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...Object.entries(ACCESS_GROUPS),
  ...FAMILIES.filter(({ family }) => !Object.hasOwn(ACCESS_GROUPS, family)).map(
    ({ family }) => [family, []] as [string, readonly string[]],
  ),
]);

const BY_VERB: ReadonlyMap<string, ActionDefinition> = new Map(ACTIONS.map((action) => [action.verb, action]));

/** @returns undefined for a verb outside the schema */
export const actionOf = (verb: string): ActionDefinition | undefined => BY_VERB.get(verb);
