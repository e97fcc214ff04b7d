/** Verbs as lists of them are written: `hl7:ORU^R01`, or with one `*` at the end, `hl7:ORU^*`. */
const verbMatches = (pattern: string, verb: string): boolean =>
  pattern.endsWith('*') ? verb.startsWith(pattern.slice(0, -1)) : pattern === verb;

/** The verb that opens a connection, before anything is said over it. */
export const CONNECT_VERB = 'tcp:connect';

/**
 * Whether a list of verbs covers this one. Where verbs are seen inside a connection, the connection is covered as soon as
 * anything said over it is; where nothing is seen, only if the list names it.
 */
export function verbsCover(patterns: readonly string[], verb: string, verbsAreSeen: boolean): boolean {
  if (patterns.some((pattern) => verbMatches(pattern, verb))) return true;
  return verb === CONNECT_VERB && verbsAreSeen && patterns.length > 0;
}
