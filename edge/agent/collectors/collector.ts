/** The form of every collector: one factor of the posture, read from the running system. */
import type { Timestamp } from '../../../core/contracts/identifiers.ts';
import type { PostureFactor, PostureFactorName } from '../../../core/contracts/posture-report.ts';

export type FactorValue<Name extends PostureFactorName> = Extract<PostureFactor, { factor: Name }>['value'];

export interface Collector<Name extends PostureFactorName> {
  readonly factor: Name;
  /** @returns undefined when this system does not tell; what throws is left out of the report and logged */
  collect(): Promise<FactorValue<Name> | undefined>;
}

/** A collector of some factor. */
export type AnyCollector = { readonly [Name in PostureFactorName]: Collector<Name> }[PostureFactorName];

/** Where Linux tells about itself. Tests point these at folders of their own. */
export interface SystemPaths {
  readonly proc: string;
  readonly etc: string;
  readonly sys: string;
  readonly run: string;
}
export const SYSTEM_PATHS: SystemPaths = { proc: '/proc', etc: '/etc', sys: '/sys', run: '/run' };

/** A statement as the contract has it, made by the terminal about itself. */
export const statement = (
  factor: PostureFactorName,
  value: FactorValue<PostureFactorName>,
  observedAt: Timestamp,
): PostureFactor => ({ factor, observedAt, source: 'agent', provenance: 'self-reported', value }) as PostureFactor;

/** Contract texts are never empty and of limited length; names come from the system and may hold anything. */
export const bounded = (text: string, maxLength: number): string => text.slice(0, maxLength) || '?';
