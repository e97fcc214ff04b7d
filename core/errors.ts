/**
 * Bugs and infrastructure faults. Expected failures are `Result` values, denials are decisions; what is thrown is
 * always one of these, with a stable code and a sentence that is safe to show to anyone.
 */
export class VitalgateError extends Error {
  override readonly name: string = 'VitalgateError';
  readonly code: `ERR_${string}`;
  /** Safe to send to a caller: no cause, no internals. */
  readonly publicMessage: string;

  constructor(code: `ERR_${string}`, publicMessage: string, options?: ErrorOptions) {
    super(`${code}: ${publicMessage}`, options);
    this.code = code;
    this.publicMessage = publicMessage;
  }
}

/** What came in does not have the shape it must have. */
export class InvalidInputError extends VitalgateError {
  override readonly name = 'InvalidInputError';
}

/** The change was refused because someone else changed the same thing first. */
export class ConflictError extends VitalgateError {
  override readonly name = 'ConflictError';
}
