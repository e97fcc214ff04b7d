/**
 * Which open sessions a change of state may touch: the ones to judge again at once. Every kind of change is answered
 * here, so that there is no cause of a revocation that only a sweep would find.
 */
import { ENTITY_KINDS, EntityIdSchema, type EntityRef } from '../contracts/identifiers.ts';
import type { StateChange } from '../contracts/site-state.ts';
import type { SiteView } from '../decision/site-view.ts';
import { protectedPair } from './protection.ts';
import type { SessionRegistry } from './registry.ts';
import type { Session } from './session.ts';

type Withdrawal = Extract<StateChange, { op: 'withdraw' }>;

/** @returns each session once, in the order of the changes. Sessions that a person ended are among them. */
export function affectedSessions(
  registry: SessionRegistry,
  changes: readonly StateChange[],
  view: SiteView,
): Session[] {
  const affected = new Map<string, Session>();
  for (const change of changes)
    for (const session of touchedBy(change, registry, view)) affected.set(session.id, session);
  return [...affected.values()];
}

/** Ids of sessions that a person ended: cut without asking, protected or not. */
export const endedSessions = (changes: readonly StateChange[]): Set<string> =>
  new Set(changes.flatMap((change) => (change.op === 'end-session' ? [change.sessionId] : [])));

function touchedBy(change: StateChange, registry: SessionRegistry, view: SiteView): Session[] {
  switch (change.op) {
    case 'put-subject':
      return ofEntity(registry, view, change.subject.ref);
    case 'remove-subject':
      return ofEntity(registry, view, change.ref);
    case 'withdraw':
      return ofWithdrawal(change, registry, view);
    case 'end-session':
      return [registry.get(change.sessionId)].filter((session) => session !== undefined);
    case 'announce-bundle':
      return registry.all();
  }
}

/** A gateway is everyone's environment; a hub is on the way of all that speaks through it. */
function ofEntity(registry: SessionRegistry, view: SiteView, ref: EntityRef): Session[] {
  if (ref.kind === 'gateway') return registry.all();
  const refs = ref.kind === 'device' ? [ref, ...reachedThrough(view, ref)] : [ref];
  return refs.flatMap((one) => registry.byEntity(one));
}

function reachedThrough(view: SiteView, hub: EntityRef): EntityRef[] {
  const found = new Map<string, EntityRef>();
  const waiting = [hub];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const id of view.behind(next.id)) {
      if (found.has(id) || id === hub.id) continue;
      const ref: EntityRef = { kind: 'device', id };
      found.set(id, ref);
      waiting.push(ref);
    }
  }
  return [...found.values()];
}

function ofWithdrawal({ kind, id }: Withdrawal, registry: SessionRegistry, view: SiteView): Session[] {
  if (kind === 'policy') return registry.byPolicy(id);
  if (kind === 'owner') {
    const owned = EntityIdSchema.safeParse(id);
    if (!owned.success) return [];
    const refs = ENTITY_KINDS.map((entity): EntityRef => ({ kind: entity, id: owned.data }));
    return refs.filter((ref) => view.entity(ref) !== undefined).flatMap((ref) => ofEntity(registry, view, ref));
  }
  const protection = view.protection(id);
  if (protection === undefined) return [];
  return registry.byEntity({ kind: 'device', id: protection.device }).filter((session) => {
    const pair = protectedPair(session);
    return pair?.device === protection.device && pair.other === protection.resource;
  });
}
