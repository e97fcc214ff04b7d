/** One entity with all that is known of it now: what criteria and policies are told of a subject, an object, a gateway. */
import type { Device, Entity, Owners } from '../contracts/entities.ts';
import { EntityIdSchema, type EntityKind, type EntityRef } from '../contracts/identifiers.ts';
import type { DeviationBand, LifecycleState, PostureGrade, TrustLevel } from '../contracts/levels.ts';
import type { SubjectState } from '../contracts/site-state.ts';
import type { Horizon } from './horizon.ts';
import type { SiteView } from './site-view.ts';
import { type TrustStanding, trustStanding } from './trust-standing.ts';

/** `none`: none is listed. */
export type CertificateStanding = 'none' | 'active' | 'expired' | 'revoked';

export interface Party {
  readonly ref: EntityRef;
  readonly entity: Entity;
  /** All three owners are named, current and not withdrawn. */
  readonly owned: boolean;
  /** `null`: the control plane has said nothing of it. */
  readonly state: LifecycleState | null;
  readonly certificate: CertificateStanding;
  readonly trust: TrustStanding;
  readonly level: TrustLevel;
  readonly grade: PostureGrade | 'unknown';
  readonly deviation: DeviationBand;
}

/** Something the request names: a party when the bundle of this site knows it. */
export interface Sought {
  readonly id: string;
  readonly party: Party | null;
}

/** A fact a decision rests on that changes by the second: if it is still the same, so is the decision. */
export interface Dependency {
  readonly ref: EntityRef;
  readonly state: SubjectState | undefined;
  readonly ownerWithdrawn: boolean;
}

/** Looks entities up, and notes what it looked at and until when that holds. */
export class PartyFinder {
  readonly dependencies: Dependency[] = [];
  readonly #view: SiteView;
  readonly #nowMs: number;
  readonly #horizon: Horizon;

  constructor(view: SiteView, nowMs: number, horizon: Horizon) {
    this.#view = view;
    this.#nowMs = nowMs;
    this.#horizon = horizon;
  }

  find(kind: EntityKind, id: string): Sought {
    const parsed = EntityIdSchema.safeParse(id);
    if (!parsed.success) return { id, party: null };
    const ref: EntityRef = { kind, id: parsed.data };
    const entity = this.#view.entity(ref);
    return { id, party: entity === undefined ? null : this.#party(ref, entity) };
  }

  /** The hubs a device speaks through, nearest first. A circle ends where it closes. */
  hubs(device: Device): Sought[] {
    const hubs: Sought[] = [];
    const seen = new Set<string>([device.id]);
    for (let next = device.behind; next !== null && !seen.has(next); ) {
      seen.add(next);
      const hub = this.find('device', next);
      hubs.push(hub);
      next = hub.party?.entity.kind === 'device' ? hub.party.entity.behind : null;
    }
    return hubs;
  }

  #party(ref: EntityRef, entity: Entity): Party {
    const state = this.#view.state(ref);
    const ownerWithdrawn = this.#view.withdrawn('owner', ref.id);
    this.dependencies.push({ ref, state, ownerWithdrawn });
    const { standing, level } = trustStanding(state?.trust ?? null, this.#nowMs, this.#horizon);
    return {
      ref,
      entity,
      owned: !ownerWithdrawn && this.#ownersCurrent(entity.owners),
      state: state?.state ?? null,
      certificate: this.#certificate(state),
      trust: standing,
      level,
      grade: state?.posture?.grade ?? 'unknown',
      deviation: state?.deviationBand ?? 'unknown',
    };
  }

  #ownersCurrent(owners: Owners | null): boolean {
    if (owners === null) return false;
    return [owners.clinical, owners.biomedical, owners.security].every(({ expiresAt }) => this.#isBefore(expiresAt));
  }

  #certificate(state: SubjectState | undefined): CertificateStanding {
    const certificates = state?.certificates ?? [];
    if (certificates.length === 0) return 'none';
    const notRevoked = certificates.filter(({ status }) => status === 'active');
    if (notRevoked.length === 0) return 'revoked';
    return notRevoked.filter(({ notAfter }) => this.#isBefore(notAfter)).length > 0 ? 'active' : 'expired';
  }

  /** Whether the moment is still to come; if so, the finding ends with it. */
  #isBefore(at: string): boolean {
    const atMs = Date.parse(at);
    this.#horizon.changesAt(atMs);
    return this.#nowMs < atMs;
  }
}
