/** What one row of the action table says. The schema's actions are produced from these rows and from nothing else. */

/**
 * What a verb amounts to, whatever its protocol calls it. Policies speak of these; `clinical` and `privileged` gather
 * them, and every family (`fhir`, `hl7`, …) is a group of its own verbs besides.
 */
export const ACCESS_GROUPS = {
  reach: [],
  read: ['clinical'],
  write: ['clinical'],
  observe: ['clinical'],
  order: ['clinical'],
  control: ['clinical'],
  administer: ['privileged'],
  export: ['privileged'],
  vendor: ['privileged'],
  remediate: [],
  clinical: [],
  privileged: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type AccessGroup = keyof typeof ACCESS_GROUPS;

/** Cedar entity types that can act. */
export type PrincipalType = 'Device' | 'User' | 'Application';
/** Cedar entity types that can be acted on: devices, people and applications are objects too. */
export type ObjectType = 'Resource' | 'Device' | 'Application' | 'User';

export interface VerbFamily {
  /** The part of a verb before the colon. */
  readonly family: string;
  readonly principals: readonly PrincipalType[];
  readonly objects: readonly ObjectType[];
  /** The part after the colon, by what it amounts to. A verb may stand in more than one group. */
  readonly verbs: Readonly<Partial<Record<AccessGroup, readonly string[]>>>;
}

export const EVERY_PRINCIPAL: readonly PrincipalType[] = ['Device', 'User', 'Application'];
/** What a clinical protocol can be spoken to. */
export const SYSTEMS: readonly ObjectType[] = ['Resource', 'Device', 'Application'];
