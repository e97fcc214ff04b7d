/** What the enforcement point knows of the circumstances of one access, from the connection and its clock. */
import type { EntityRef } from '../contracts/identifiers.ts';
import type { FreshnessBand } from '../contracts/levels.ts';

/** Admission: may it be here. Connection: may it reach this object. Use: may it do this verb, now. */
export type Stage = 'admission' | 'connection' | 'use';

export interface EnvironmentFacts {
  /** Trusted time. */
  readonly nowMs: number;
  readonly freshness: FreshnessBand;
  /** Age of the last verified head; not a number when there never was one. */
  readonly headAgeSeconds: number;
  /** The gateway the access passes; `null` denies, for nobody vouches for the way. */
  readonly gateway: EntityRef | null;
  /** Label of the zone the connection came from; empty when it is not known. */
  readonly zone: string;
  readonly stage: Stage;
  /** Whether the access is part of a session that is already open. */
  readonly established: boolean;
  readonly sessionStartedAtMs: number | null;
  /** Of the person; ignored for other subjects. */
  readonly authentication: { readonly acr: string; readonly authenticatedAtMs: number } | null;
  /** The terminal a person sits at; ignored for other subjects. */
  readonly device: EntityRef | null;
  /** A declared emergency, verified by the enforcement point. */
  readonly breakGlass: boolean;
}
