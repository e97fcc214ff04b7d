/** Conditional requests: nobody overwrites what they have not read. @see RFC 9110 §13, RFC 6585 §3 */
import { Refusal, versionStale } from './refusal.ts';

export interface Preconditions {
  /** Of `If-Match`. */
  readonly version: number | undefined;
  /** `If-None-Match: *`: it must not exist yet. */
  readonly mustBeNew: boolean;
}

const ENTITY_TAG = /^"(\d{1,15})"$/;

/** @throws Refusal `ERR_PRECONDITION_MALFORMED` for what no answer of this API has said */
export function readPreconditions(ifMatch: string | undefined, ifNoneMatch: string | undefined): Preconditions {
  const version = ifMatch === undefined ? undefined : ENTITY_TAG.exec(ifMatch)?.[1];
  if ((ifMatch !== undefined && version === undefined) || (ifNoneMatch !== undefined && ifNoneMatch !== '*')) {
    throw new Refusal(400, 'ERR_PRECONDITION_MALFORMED', 'If-Match takes one ETag of this API, If-None-Match takes *');
  }
  return { version: version === undefined ? undefined : Number(version), mustBeNew: ifNoneMatch === '*' };
}

const required = (how: string): Refusal =>
  new Refusal(428, 'ERR_VERSION_REQUIRED', `say on which version the change rests: ${how}`);

/** For what exists. @returns the version that the change must find */
export function expectVersion({ version }: Preconditions, current: number): number {
  if (version === undefined) throw required('If-Match');
  if (version !== current) throw versionStale();
  return version;
}

/**
 * For what `PUT` creates or replaces.
 * @param current 0 when it does not exist
 * @param exists the refusal of a second creation
 */
export function expectVersionOrNew({ version, mustBeNew }: Preconditions, current: number, exists: Refusal): number {
  if (mustBeNew) {
    if (current !== 0) throw exists;
    return 0;
  }
  if (version === undefined) throw required('If-Match, or If-None-Match: * to create it');
  if (version !== current || current === 0) throw versionStale();
  return version;
}
