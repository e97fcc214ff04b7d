/** A situation as Cedar is asked about it: no more of it than the policies read. */
import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Device, Entity } from '../contracts/entities.ts';
import type { ActionDefinition } from '../policy/actions/action-table.ts';
import { cedarEntity, cedarReference, cedarUid, uidKey } from '../policy/cedar-entities.ts';
import type { AttributeNames } from '../policy/policy-reads.ts';
import type { Side } from '../policy/policy-scope.ts';
import type { CedarRequest } from '../policy/preparsed-policy-set.ts';
import { FRESHNESS_RANK } from '../policy/ranks.ts';
import { environmentJudgement, isNarrowed, judgementOf, objectParties, subjectParties } from './judgement.ts';
import type { Sought } from './party.ts';
import type { Situation } from './situation.ts';

/** A situation in which everyone is known: what criteria have passed. */
export interface Participants {
  readonly action: ActionDefinition;
  readonly principal: EntityJson;
  readonly resource: EntityJson;
  readonly gateway: EntityJson;
  /** The terminal in use: a person's, or the subject itself. */
  readonly device: EntityJson | null;
}

const hubDevices = (hubs: readonly Sought[]): Device[] =>
  hubs.map(({ party }) => party?.entity).filter((entity) => entity?.kind === 'device');

/** @returns null while someone is not known */
export function participantsOf(situation: Situation): Participants | null {
  const { action, subject, object, gateway, device } = situation;
  if (action === null || subject.party === null || object.party === null) return null;
  if (gateway?.party === null || gateway?.party === undefined) return null;
  const [subjectHubs, objectHubs] = [hubDevices(situation.subjectHubs), hubDevices(situation.objectHubs)];
  const terminal = device?.party?.entity ?? null;
  const principal = entityJson(subject.party.entity, subjectHubs);
  return {
    action,
    principal,
    resource: entityJson(object.party.entity, objectHubs),
    gateway: entityJson(gateway.party.entity, []),
    device:
      terminal === null ? (subject.party.ref.kind === 'device' ? principal : null) : entityJson(terminal, subjectHubs),
  };
}

/** Entities of a bundle never change; those behind a hub are made anew, for their hubs are not theirs. */
const cache = new WeakMap<Entity, EntityJson>();

function entityJson(entity: Entity, hubs: readonly Device[]): EntityJson {
  if (hubs.length > 0) return cedarEntity(entity, hubs);
  const known = cache.get(entity) ?? cedarEntity(entity);
  cache.set(entity, known);
  return known;
}

/** A request side for slicing. */
export function sideOf(entity: EntityJson): Side {
  const uid = uidOf(entity);
  const parents = entity.parents.map((parent) => uidKey('__entity' in parent ? parent.__entity : parent));
  return { type: uid.type, key: uidKey(uid), within: new Set([uidKey(uid), ...parents]) };
}

export function cedarRequest(situation: Situation, participants: Participants, reads: AttributeNames): CedarRequest {
  const { action, principal, resource, device, gateway } = participants;
  const entities = [principal, resource];
  if (device !== null && isRead(reads, 'device')) entities.push(device);
  if (isRead(reads, 'gateway')) entities.push(gateway);
  return {
    principal: principal.uid,
    action: cedarUid('Action', action.verb),
    resource: resource.uid,
    context: project(contextOf(situation, participants), reads),
    entities: [...projectEntities(entities, reads), actionEntity(action)],
  };
}

/** Each entity once: a device may be its own terminal, or its own object. */
function projectEntities(entities: readonly EntityJson[], reads: AttributeNames): EntityJson[] {
  const byKey = new Map(entities.map((entity) => [uidKey(uidOf(entity)), entity]));
  return [...byKey.values()].map((entity) => ({ ...entity, attrs: project(entity.attrs, reads) }));
}

const actionEntities = new Map<string, EntityJson>();

function actionEntity(action: ActionDefinition): EntityJson {
  const known = actionEntities.get(action.verb) ?? {
    uid: cedarUid('Action', action.verb),
    attrs: {},
    parents: [...action.groups].map((group) => cedarUid('Action', group)),
  };
  actionEntities.set(action.verb, known);
  return known;
}

function contextOf(situation: Situation, { device, gateway }: Participants): Record<string, CedarValueJson> {
  const subject = judgementOf(subjectParties(situation));
  const environment = environmentJudgement(situation);
  const object = judgementOf(objectParties(situation));
  const target = situation.object.party?.entity;
  return {
    subject: { ...subject },
    environment: { ...environment },
    object: { ...object },
    accessLevel: Math.min(subject.trustLevel, environment.trustLevel, object.trustLevel),
    ...(device === null ? {} : { device: reference(device) }),
    authentication: { ...situation.authentication },
    sessionAgeSeconds: situation.sessionAgeSeconds,
    path: {
      gateway: reference(gateway),
      expected: situation.zoneExpected,
      stage: situation.stage,
      established: situation.established,
      traffic: situation.traffic,
    },
    zone: cedarReference('Zone', `${situation.site}:${situation.zone}`),
    timeBand: situation.timeBand,
    dataClass: target?.kind === 'resource' ? target.dataClass : 'internal',
    freshness: situation.freshness,
    freshnessRank: FRESHNESS_RANK[situation.freshness],
    narrowed: isNarrowed(situation),
    breakGlass: situation.breakGlass,
  };
}

const uidOf = ({ uid }: Pick<EntityJson, 'uid'>): TypeAndId => ('__entity' in uid ? uid.__entity : uid);
const reference = (entity: EntityJson): CedarValueJson => ({ __entity: uidOf(entity) });

const isRead = (reads: AttributeNames, name: string): boolean => reads === null || reads.has(name);

/** Leaves out what is not read, in records too. References to entities stay whole. */
function project(
  values: Readonly<Record<string, CedarValueJson>>,
  reads: AttributeNames,
): Record<string, CedarValueJson> {
  if (reads === null) return { ...values };
  const kept: Record<string, CedarValueJson> = {};
  for (const [name, value] of Object.entries(values)) {
    if (reads.has(name)) kept[name] = isRecord(value) ? project(value, reads) : value;
  }
  return kept;
}

const isRecord = (value: CedarValueJson): value is { [key: string]: CedarValueJson } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('__entity' in value);
