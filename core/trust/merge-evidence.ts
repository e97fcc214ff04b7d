/**
 * What is held of a subject: the newest statement of each source about each factor.
 *
 * Merging is idempotent, and independent of the order of arrival as long as a source's `observedAt` does not go back
 * within one boot (posture assessments and gateways see to that).
 */
import { canonicalJson } from '../contracts/canonical-json.ts';
import { timestamp } from '../contracts/identifiers.ts';
import type { TrustEvidence } from '../contracts/trust.ts';
import { failure, type Result, success } from '../result.ts';
import { SEVERITY_MILLI } from './severity.ts';

export function mergeEvidence(
  held: readonly TrustEvidence[],
  incoming: TrustEvidence | readonly TrustEvidence[],
): { readonly evidence: TrustEvidence[]; readonly changed: boolean } {
  const newest = new Map<string, TrustEvidence>();
  for (const statement of held) takeNewer(newest, statement);
  let changed = newest.size !== held.length;
  for (const statement of 'schema' in incoming ? [incoming] : incoming) {
    if (takeNewer(newest, statement)) changed = true;
  }
  const evidence = [...newest].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, statement]) => statement);
  return { evidence, changed };
}

function takeNewer(newest: Map<string, TrustEvidence>, statement: TrustEvidence): boolean {
  const { subject, source, factor } = statement;
  const key = `${subject.kind}/${subject.id}/${factor}/${source}`;
  const known = newest.get(key);
  if (known !== undefined && order(statement, known) <= 0) return false;
  newest.set(key, statement);
  return true;
}

/**
 * Positive when `left` supersedes `right`: by `seq` inside a boot, by time between boots. Of two readings of one statement
 * the later one wins (a clearance is one), then the more restrictive, then either, but always the same.
 */
function order(left: TrustEvidence, right: TrustEvidence): number {
  const sameBoot = left.bootId === right.bootId;
  return (
    (sameBoot ? left.seq - right.seq : 0) ||
    Date.parse(left.observedAt) - Date.parse(right.observedAt) ||
    compareText(left.bootId, right.bootId) ||
    left.negativeMilli - right.negativeMilli ||
    right.positiveMilli - left.positiveMilli ||
    left.findings.length - right.findings.length ||
    compareText(canonicalJson(left), canonicalJson(right))
  );
}

const compareText = (left: string, right: string): number => (left < right ? -1 : Number(left > right));

/** A person's word that a finding no longer holds. Both parts are for the audit record. */
export interface Clearance {
  readonly person: string;
  readonly reason: string;
}

/**
 * Takes a finding, and its share of what speaks against the subject, out of every statement that holds it. Waiting never
 * does that. Good evidence is not added, and a source that finds it again has said so again.
 * @returns `clearance-incomplete` without a person and a reason, `finding-unknown` when no statement holds the code
 */
export function clearFinding(
  evidence: readonly TrustEvidence[],
  code: string,
  clearance: Clearance,
): Result<TrustEvidence[], 'clearance-incomplete' | 'finding-unknown'> {
  if (clearance.person.trim() === '' || clearance.reason.trim() === '') {
    return failure('clearance-incomplete', 'a finding is cleared by a named person, with a reason');
  }
  if (!evidence.some(({ findings }) => findings.some((finding) => finding.code === code))) {
    return failure('finding-unknown', 'no evidence holds this finding');
  }
  return success(evidence.map((statement) => withoutFinding(statement, code)));
}

function withoutFinding(statement: TrustEvidence, code: string): TrustEvidence {
  const findings = statement.findings.filter((finding) => finding.code !== code);
  if (findings.length === statement.findings.length) return statement;
  return {
    ...statement,
    findings,
    negativeMilli: share(statement.negativeMilli, weightOf(findings), weightOf(statement.findings)),
    // Later than what it corrects, and earlier than anything the source says next.
    observedAt: timestamp(Date.parse(statement.observedAt) + 1),
  };
}

/** `amount × part / whole`, rounded down; all of it where the whole weighs nothing. */
const share = (amount: number, part: number, whole: number): number =>
  whole === 0 ? amount : Number((BigInt(amount) * BigInt(part)) / BigInt(whole));

const weightOf = (findings: TrustEvidence['findings']): number =>
  findings.reduce((sum, { severity }) => sum + SEVERITY_MILLI[severity], 0);
