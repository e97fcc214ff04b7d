/** What this gateway can do when a policy says "allow, and do". One it does not know is a denial. @see XACML 3.0 §7.18 */
import type { Obligation } from '../../core/contracts/access.ts';

export const RECORD_VERBS = 'record-verbs';
export const ALARM = 'alarm';
export const REVIEW = 'review';

/** `session-limit` is kept by `core/session`; the others here, in the audit trail and the log. */
const KNOWN: ReadonlySet<string> = new Set(['session-limit', RECORD_VERBS, ALARM, REVIEW]);

export const unknownObligations = (obligations: readonly Obligation[]): string[] =>
  obligations.map(({ code }) => code).filter((code) => !KNOWN.has(code));

export const obliges = (obligations: readonly Obligation[], code: string): boolean =>
  obligations.some((one) => one.code === code);
