/** Expected failures are values: a success with its value, or a failure with a stable code. */
export type Result<T, E extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: E; readonly message: string };

export const success = <T>(value: T): Result<T, never> => ({ ok: true, value });

/** @param message one sentence for a person; no secrets, no patient data */
export const failure = <E extends string>(code: E, message: string): Result<never, E> => ({ ok: false, code, message });
