/**
 * The scope of a policy (its principal, action and resource line), as a test that is made without Cedar: a policy whose
 * scope cannot hold need not be asked.
 */
import type {
  ActionConstraint,
  EntityUidJson,
  PrincipalConstraint,
  ResourceConstraint,
  TypeAndId,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { ActionDefinition } from './actions/action-table.ts';
import { uidKey } from './cedar-entities.ts';
import { NAMESPACE } from './schema.ts';

/** One side of a request: its entity and everything that entity is in. */
export interface Side {
  readonly type: string;
  readonly key: string;
  /** uid keys of the entity itself and of its ancestors */
  readonly within: ReadonlySet<string>;
}

export interface SideConstraint {
  /** `null`: any type. */
  readonly type: string | null;
  readonly equals: string | null;
  readonly within: string | null;
}

const uidOf = (uid: EntityUidJson): TypeAndId => ('__entity' in uid ? uid.__entity : uid);
const keyOf = (uid: EntityUidJson): string => uidKey(uidOf(uid));
const UNCONSTRAINED: SideConstraint = { type: null, equals: null, within: null };

const slotted = (side: string): Error => new Error(`the ${side} of a stored policy is a template slot`);

/** @throws Error for a template slot, which no stored policy has */
export function sideConstraint(constraint: PrincipalConstraint | ResourceConstraint): SideConstraint {
  switch (constraint.op) {
    case 'All':
      return UNCONSTRAINED;
    case '==':
      if (!('entity' in constraint)) throw slotted('scope');
      return { ...UNCONSTRAINED, type: uidOf(constraint.entity).type, equals: keyOf(constraint.entity) };
    case 'in':
      if (!('entity' in constraint)) throw slotted('scope');
      return { ...UNCONSTRAINED, within: keyOf(constraint.entity) };
    case 'is': {
      if (constraint.in === undefined) return { ...UNCONSTRAINED, type: constraint.entity_type };
      if (!('entity' in constraint.in)) throw slotted('scope');
      return { type: constraint.entity_type, equals: null, within: keyOf(constraint.in.entity) };
    }
  }
}

/** Whether the constraint names a particular entity, beyond a type. */
export const isParticular = (constraint: SideConstraint): boolean =>
  constraint.equals !== null || constraint.within !== null;

export const typeMatches = (constraint: SideConstraint, type: string): boolean =>
  constraint.type === null || constraint.type === type;

export const sideMatches = (constraint: SideConstraint, side: Side): boolean =>
  typeMatches(constraint, side.type) &&
  (constraint.equals === null || constraint.equals === side.key) &&
  (constraint.within === null || side.within.has(constraint.within));

/** @returns the names of the actions and groups of actions that the scope takes, or null for all */
export function actionNames(constraint: ActionConstraint): ReadonlySet<string> | null {
  if (constraint.op === 'All') return null;
  const uids = 'entities' in constraint ? constraint.entities : 'entity' in constraint ? [constraint.entity] : [];
  const actionType = `${NAMESPACE}::Action`;
  return new Set(
    uids
      .map(uidOf)
      .filter(({ type }) => type === actionType)
      .map(({ id }) => id),
  );
}

export function actionMatches(names: ReadonlySet<string> | null, action: ActionDefinition): boolean {
  if (names === null || names.has(action.verb)) return true;
  for (const group of action.groups) if (names.has(group)) return true;
  return false;
}
