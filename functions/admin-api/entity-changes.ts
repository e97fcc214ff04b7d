/** What each change of the identity library writes, tells and proves. */
import type { AuditEntry } from '../../core/contracts/audit-record.ts';
import type { Entity } from '../../core/contracts/entities.ts';
import { type Code, type EntityRef, refKey } from '../../core/contracts/identifiers.ts';
import type { StateChange } from '../../core/contracts/site-state.ts';
import { type BusEvent, intent } from '../../core/ledger/ledger-intent.ts';
import type { LedgerWrite } from '../../core/ledger/ledger-write.ts';
import { newSubjectRecord } from '../../core/ledger/subject-record.ts';
import { subjectDetail } from '../../core/ledger/subject-story.ts';
import type { Caller } from '../http/caller.ts';
import { changeAliases } from './change-aliases.ts';
import { loadGround } from './change-subject.ts';
import type { Change } from './commit-change.ts';
import { entityOf, hubOf, type NewEntity, type ReplacedEntity } from './entity-bodies.ts';
import type { AdminParts } from './parts.ts';
import { expectVersion, type Preconditions } from './preconditions.ts';
import { Refusal } from './refusal.ts';

type EntityVerb = 'registered' | 'replaced' | 'deleted';

export const refOf = ({ kind, id }: EntityRef): EntityRef => ({ kind, id });

export const entityChanged = (ref: EntityRef, change: string): BusEvent => ({
  type: 'entity.changed',
  detail: { ...subjectDetail(ref), change },
});

const told = (caller: Caller, ref: EntityRef, verb: EntityVerb, version: number): AuditEntry => ({
  event: `entity-${verb}`,
  outcome: 'success',
  subject: refOf(ref),
  reasons: [],
  details: { by: caller.subject, version },
});

function change<T>(
  caller: Caller,
  ref: EntityRef,
  verb: EntityVerb,
  given: {
    readonly version: number;
    readonly writes: readonly LedgerWrite[];
    readonly changes?: readonly StateChange[];
    readonly result: T;
  },
): Change<T> {
  const cause: Code = `entity-${verb}`;
  return {
    intent: intent(cause, {
      changes: given.changes ?? [],
      audit: [told(caller, ref, verb, given.version)],
      writes: given.writes,
      events: [entityChanged(ref, verb)],
    }),
    result: given.result,
  };
}

export async function createEntity(parts: AdminParts, caller: Caller, body: NewEntity): Promise<Change<Entity>> {
  const entity = entityOf(body, caller.site, 1);
  const ref = refOf(entity);
  if ((await parts.content.entity(ref)) !== undefined) {
    throw new Refusal(409, 'ERR_ENTITY_EXISTS', 'an entity of this kind and id is registered');
  }
  await demandHub(parts, entity);
  const writes: LedgerWrite[] = [
    { write: 'put-entity', entity, expectedVersion: 0 },
    ...(await changeAliases(parts.aliases, null, entity)),
  ];
  return change(caller, ref, 'registered', { version: 1, writes, result: entity });
}

export async function replaceEntity(
  parts: AdminParts,
  caller: Caller,
  body: ReplacedEntity,
  preconditions: Preconditions,
): Promise<Change<Entity>> {
  const { entity: before, ref } = await loadGround(parts, caller, refOf(body));
  const version = expectVersion(preconditions, before.version);
  const entity = entityOf({ ...body, owners: before.owners }, caller.site, version + 1);
  await demandHub(parts, entity);
  const writes: LedgerWrite[] = [
    { write: 'put-entity', entity, expectedVersion: version },
    ...(await changeAliases(parts.aliases, before, entity)),
  ];
  return change(caller, ref, 'replaced', { version: version + 1, writes, result: entity });
}

export async function deleteEntity(
  parts: AdminParts,
  caller: Caller,
  given: EntityRef,
  preconditions: Preconditions,
): Promise<Change<null>> {
  const { entity, before, ref, reference } = await loadGround(parts, caller, given);
  const version = expectVersion(preconditions, entity.version);
  if (before.state !== 'registered' && before.state !== 'retired') {
    throw new Refusal(409, 'ERR_ENTITY_IN_USE', `it is ${before.state}: retire it first`);
  }
  if (reference.protections.some(({ device, resource }) => device === ref.id || resource === ref.id)) {
    throw new Refusal(409, 'ERR_ENTITY_IN_USE', 'a protection names it: withdraw that first');
  }
  const forgotten = { ...newSubjectRecord(ref), version: before.version + 1 };
  const writes: LedgerWrite[] = [
    { write: 'delete-entity', ref, expectedVersion: version },
    ...(await changeAliases(parts.aliases, entity, null)),
    // Kept as one nobody has seen, so that its number goes on growing when the id is used again.
    ...(before.version === 0
      ? []
      : [{ write: 'put-subject', record: forgotten, expectedVersion: before.version } as const]),
  ];
  const changes: StateChange[] = before.announced === null ? [] : [{ op: 'remove-subject', ref }];
  return change(caller, ref, 'deleted', { version, writes, changes, result: null });
}

async function demandHub(parts: AdminParts, entity: Entity): Promise<void> {
  const hub = hubOf(entity);
  if (hub === null) return;
  const known = refKey(hub) !== refKey(entity) && (await parts.content.entity(hub)) !== undefined;
  if (!known) throw new Refusal(422, 'ERR_HUB_UNKNOWN', 'what it is behind is no registered device');
}
