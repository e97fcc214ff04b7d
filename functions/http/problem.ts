/** Failures as problem details with a stable code. @see RFC 9457 */
import { ConflictError, InvalidInputError, VitalgateError } from '../../core/errors.ts';
import { type HttpAnswer, textAnswer } from './http-event.ts';

export const PROBLEM_TYPE = 'application/problem+json';

export interface Problem {
  readonly status: number;
  /** Kebab-case for refusals, `ERR_…` for errors. */
  readonly code: string;
  readonly detail: string;
  readonly reasons?: readonly string[];
}

export const problemBody = ({ status, code, detail, reasons }: Problem) => ({
  type: 'about:blank',
  title: TITLES[status] ?? 'Error',
  status,
  code,
  detail,
  ...(reasons === undefined ? {} : { reasons }),
});

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export const problemAnswer = (problem: Problem, headers: Record<string, string> = {}): HttpAnswer =>
  textAnswer(problem.status, JSON.stringify(problemBody(problem)), PROBLEM_TYPE, headers);

/** Busy is not broken: the caller may try the same again. */
const TRY_AGAIN: ReadonlySet<string> = new Set(['ERR_LEDGER_BUSY', 'ERR_TABLE_THROTTLED', 'ERR_STATE_UNSETTLED']);
const TOO_LARGE = 'ERR_BODY_TOO_LARGE';

/** What a thrown error is to a caller. Nothing of a cause is shown. */
export function problemOf(cause: unknown): Problem {
  if (!(cause instanceof VitalgateError)) {
    return { status: 500, code: 'ERR_INTERNAL', detail: 'the request could not be carried out' };
  }
  const { code, publicMessage: detail } = cause;
  if (cause instanceof InvalidInputError) return { status: code === TOO_LARGE ? 413 : 400, code, detail };
  if (cause instanceof ConflictError) return { status: 409, code, detail };
  return { status: TRY_AGAIN.has(code) ? 503 : 500, code, detail };
}
