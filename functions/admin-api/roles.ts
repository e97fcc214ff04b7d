/** Who may do what: one row a role, one word an operation. What is not listed is refused. */
import type { EntityKind } from '../../core/contracts/identifiers.ts';

export const READ_OPERATIONS = [
  'entities.read',
  'subjects.read',
  'protections.read',
  'policies.read',
  'references.read',
  'indicators.read',
  'narrowed-verbs.read',
  'sessions.read',
  'audit.read',
] as const;

export const CHANGE_OPERATIONS = [
  'entities.write',
  'entities.delete',
  'owners.write',
  'claims.issue',
  'subjects.assess',
  'subjects.clear-finding',
  'subjects.quarantine',
  'subjects.release',
  'subjects.retire',
  'certificates.revoke',
  'protections.write',
  'policies.write',
  'references.write',
  'indicators.write',
  'narrowed-verbs.write',
  'sessions.end',
] as const;

export type Operation = (typeof READ_OPERATIONS)[number] | (typeof CHANGE_OPERATIONS)[number];

export const ROLES = ['security-engineer', 'biomedical-engineer', 'clinical-owner', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** Protections are the clinical owner's alone: who keeps the network safe does not decide what care may not lose. */
const CHANGES: Readonly<Record<Role, readonly Operation[]>> = {
  'security-engineer': CHANGE_OPERATIONS.filter((operation) => operation !== 'protections.write'),
  'biomedical-engineer': [
    'entities.write',
    'entities.delete',
    'owners.write',
    'claims.issue',
    'subjects.quarantine',
    'subjects.release',
    'subjects.retire',
    'references.write',
    'narrowed-verbs.write',
    'sessions.end',
  ],
  'clinical-owner': ['protections.write'],
  auditor: [],
};

/** Devices are theirs. People, systems and gateways decide what others may do: those are the security engineer's. */
const CHANGES_OF_KIND: Readonly<Partial<Record<Role, EntityKind>>> = { 'biomedical-engineer': 'device' };

interface Grant {
  readonly read: ReadonlySet<Operation>;
  readonly change: ReadonlySet<Operation>;
  readonly ofKind: EntityKind | undefined;
}

const GRANTS: ReadonlyMap<string, Grant> = new Map(
  ROLES.map((role) => [
    role,
    { read: new Set(READ_OPERATIONS), change: new Set(CHANGES[role]), ofKind: CHANGES_OF_KIND[role] },
  ]),
);

/**
 * One role that allows it is enough; a role nobody knows allows nothing.
 * @param kind of the entity it is about, where it is about one
 */
export const mayDo = (roles: readonly string[], operation: Operation, kind?: string): boolean =>
  roles.some((role) => {
    const grant = GRANTS.get(role);
    if (grant === undefined) return false;
    if (grant.read.has(operation)) return true;
    const ofKind = grant.ofKind === undefined || kind === undefined || kind === grant.ofKind;
    return ofKind && grant.change.has(operation);
  });
