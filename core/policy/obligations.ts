/**
 * Obligations as a policy's `@obligation` annotation says them: codes separated by commas, each with named whole numbers
 * where it needs them. `"alarm, session-limit(seconds=28800)"`.
 */
import type { Obligation } from '../contracts/access.ts';
import { CodeSchema } from '../contracts/identifiers.ts';
import { failure, type Result, success } from '../result.ts';

/** The session ends this long after it was opened. The only obligation that core itself enforces. */
const SESSION_LIMIT = 'session-limit';

const TERM = /^([a-z][a-z0-9-]*)(?:\(([a-z][A-Za-z]*=\d{1,15}(?:;[a-z][A-Za-z]*=\d{1,15})*)\))?$/;

export function parseObligations(text: string): Result<Obligation[], 'policy-obligation-malformed'> {
  const obligations: Obligation[] = [];
  for (const term of text.split(',').map((part) => part.trim())) {
    const [, code, list] = TERM.exec(term) ?? [];
    if (code === undefined || !CodeSchema.safeParse(code).success) {
      return failure('policy-obligation-malformed', `"${term}" is not code or code(name=number;name=number)`);
    }
    obligations.push(list === undefined ? { code } : { code, parameters: parametersOf(list) });
  }
  return success(obligations);
}

const parametersOf = (list: string): Record<string, number> =>
  Object.fromEntries(
    list.split(';').map((pair) => [pair.slice(0, pair.indexOf('=')), Number(pair.slice(pair.indexOf('=') + 1))]),
  );

const orderOf = (obligation: Obligation): string => `${obligation.code} ${JSON.stringify(obligation.parameters ?? {})}`;

/** The obligations of several permits together: each once, in one order whatever order the policies came in. */
export function mergeObligations(lists: readonly (readonly Obligation[])[]): Obligation[] {
  const byText = new Map(lists.flat().map((obligation) => [orderOf(obligation), obligation]));
  return [...byText].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, obligation]) => obligation);
}

/** @returns the shortest session limit among the obligations, in seconds, or null when none sets one */
export function sessionLimitSeconds(obligations: readonly Obligation[]): number | null {
  const limits = obligations
    .filter(({ code }) => code === SESSION_LIMIT)
    .map(({ parameters }) => parameters?.['seconds'])
    .filter((seconds) => typeof seconds === 'number');
  return limits.length === 0 ? null : Math.min(...limits);
}
