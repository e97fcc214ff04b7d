/** A request that is refused for a reason of the caller's: thrown where it is found, answered as problem details. */
import { VitalgateError } from '../../core/errors.ts';
import type { Problem } from '../http/problem.ts';

export interface PlaceOfError {
  readonly path: string;
  readonly message: string;
}

export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 412 | 422 | 428;

export class Refusal extends VitalgateError {
  override readonly name = 'Refusal';
  readonly status: RefusalStatus;
  readonly errors: readonly PlaceOfError[];

  constructor(status: RefusalStatus, code: `ERR_${string}`, detail: string, errors: readonly PlaceOfError[] = []) {
    super(code, detail);
    this.status = status;
    this.errors = errors;
  }

  get problem(): Problem {
    return { status: this.status, code: this.code, detail: this.publicMessage };
  }
}

export const entityUnknown = (): Refusal => new Refusal(404, 'ERR_ENTITY_UNKNOWN', 'no such entity is registered');

export const versionStale = (): Refusal =>
  new Refusal(412, 'ERR_VERSION_STALE', 'it was changed since that version; read it again');
