/**
 * What a decision may know of a site: the entities of the installed bundle, and the live state beside them.
 *
 * A view reads through to the state it was made over, so a change there is seen by the next decision. A new bundle is a
 * new view. `state()` must give the same object for the same content: the decision memo rests on that.
 */
import type { Bundle, Policy } from '../contracts/bundle.ts';
import type { Device, Entity, Protection, Protocol, Resource } from '../contracts/entities.ts';
import type { EntityId, EntityRef, SiteId, Verb } from '../contracts/identifiers.ts';
import { refKey } from '../contracts/identifiers.ts';
import type { LedgerPosition, StateChange, SubjectState } from '../contracts/site-state.ts';

export type WithdrawalKind = Extract<StateChange, { op: 'withdraw' }>['kind'];

/** The part of the site's state that decisions read. Implemented by `core/bundle/site-state.ts`. */
export interface SiteStateReader {
  readonly site: SiteId;
  /** Moves whenever a withdrawal may have come or gone. */
  readonly position: LedgerPosition;
  subject(ref: EntityRef): SubjectState | undefined;
  /** @param bundleVersion the installed bundle: one that leaves the thing out ends the withdrawal */
  withdrawn(kind: WithdrawalKind, id: string, bundleVersion: number): boolean;
}

/** What an opaque alias stands for: a resource, or one service of a device. */
interface AliasTarget {
  readonly entity: Resource | Device;
  readonly service?: { readonly name: string; readonly protocol: Protocol; readonly port: number };
}

export interface SiteView {
  readonly site: SiteId;
  readonly bundleVersion: number;
  readonly bundleExpiresAtMs: number;
  /** IANA name of the zone in which the site lives: what day and night are there. */
  readonly timeZone: string;
  entity(ref: EntityRef): Entity | undefined;
  state(ref: EntityRef): SubjectState | undefined;
  byAlias(alias: string): AliasTarget | undefined;
  /** Not withdrawn. Whether they hold now is for `core/session/protection.ts`. */
  protections(device: EntityId, resource: EntityId): readonly Protection[];
  /** One protection by its id, withdrawn or not. */
  protection(id: string): Protection | undefined;
  withdrawn(kind: WithdrawalKind, id: string): boolean;
  /** Not withdrawn. The same array until one is withdrawn or returns. */
  readonly policies: readonly Policy[];
  readonly gateways: readonly EntityId[];
  narrowedVerbs(category: string): readonly Verb[] | undefined;
  /** Devices that speak through this hub. */
  behind(hub: EntityId): readonly EntityId[];
}

export interface SiteViewOptions {
  /** IANA time zone of the site; UTC when nobody said. */
  readonly timeZone?: string;
}

const NONE: readonly never[] = [];

/** The part of a bundle that decisions read. */
export type DecisionBundle = Pick<Bundle, 'site' | 'version' | 'expiresAt'> & {
  readonly content: Pick<Bundle['content'], 'policies' | 'entities' | 'protections' | 'narrowedVerbs'>;
};

export function createSiteView(bundle: DecisionBundle, site: SiteStateReader, options: SiteViewOptions = {}): SiteView {
  const { content } = bundle;
  const withdrawn = (kind: WithdrawalKind, id: string): boolean => site.withdrawn(kind, id, bundle.version);
  const entities = new Map(content.entities.map((entity) => [refKey({ kind: entity.kind, id: entity.id }), entity]));
  const aliases = new Map(content.entities.flatMap(aliasesOf));
  const protections = Map.groupBy(content.protections, ({ device, resource }) => `${device} ${resource}`);
  const protectionsById = new Map(content.protections.map((protection) => [protection.id as string, protection]));
  const narrowed = new Map<string, readonly Verb[]>(
    content.narrowedVerbs.map(({ category, verbs }) => [category, verbs]),
  );
  const children = childrenByHub(content.entities);
  const policiesNow = remainingPolicies(content.policies, site, withdrawn);
  return {
    site: bundle.site,
    bundleVersion: bundle.version,
    bundleExpiresAtMs: Date.parse(bundle.expiresAt),
    timeZone: options.timeZone ?? 'UTC',
    entity: (ref) => entities.get(refKey(ref)),
    state: (ref) => site.subject(ref),
    byAlias: (alias) => aliases.get(alias),
    protections: (device, resource) =>
      (protections.get(`${device} ${resource}`) ?? NONE).filter(({ id }) => !withdrawn('protection', id)),
    protection: (id) => protectionsById.get(id),
    withdrawn,
    get policies() {
      return policiesNow();
    },
    gateways: content.entities.filter(({ kind }) => kind === 'gateway').map(({ id }) => id),
    narrowedVerbs: (category) => narrowed.get(category),
    behind: (hub) => children.get(hub) ?? NONE,
  };
}

function aliasesOf(entity: Entity): [string, AliasTarget][] {
  if (entity.kind === 'resource') return [[entity.alias, { entity }]];
  if (entity.kind !== 'device') return [];
  return entity.services.map(({ alias, ...service }) => [alias, { entity, service }]);
}

function childrenByHub(entities: readonly Entity[]): ReadonlyMap<EntityId, readonly EntityId[]> {
  const children = new Map<EntityId, EntityId[]>();
  for (const entity of entities) {
    if (entity.kind !== 'device' || entity.behind === null) continue;
    children.set(entity.behind, [...(children.get(entity.behind) ?? []), entity.id]);
  }
  return children;
}

/** Filters once per position of the ledger, and gives the same array as long as the same policies remain. */
function remainingPolicies(
  all: readonly Policy[],
  site: SiteStateReader,
  withdrawn: SiteView['withdrawn'],
): () => readonly Policy[] {
  let seen: LedgerPosition | null = null;
  let remaining = all;
  return () => {
    const { epoch, seq, digest } = site.position;
    if (seen?.epoch === epoch && seen.seq === seq && seen.digest === digest) return remaining;
    seen = { epoch, seq, digest };
    const next = all.filter(({ id }) => !withdrawn('policy', id));
    if (next.length !== remaining.length || next.some((policy, index) => policy !== remaining[index])) remaining = next;
    return remaining;
  };
}
