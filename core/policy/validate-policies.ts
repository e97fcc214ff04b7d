/**
 * Says whether a policy set may be published: every policy is read, obeys the schema in strict mode, can apply to some
 * request, and explains itself. What Cedar only warns of is refused here: a policy that cannot apply, or that shows a
 * reader something else than it says, is a mistake of its author.
 */
import {
  type DetailedError,
  type PolicyJson,
  policyToJson,
  templateToJson,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { Policy } from '../contracts/bundle.ts';
import { annotationIssues } from './annotation-issues.ts';
import { lineAt, type PolicyIssue, type PolicyIssueCode } from './policy-issue.ts';
import { SCHEMA_TEXT } from './schema.ts';

export interface PolicyVerdict {
  readonly valid: boolean;
  /** In the order of the policies. */
  readonly issues: readonly PolicyIssue[];
}

const ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,127}$/;

/** @returns a verdict, never throws for anything a policy contains */
export function validatePolicies(policies: readonly Policy[]): PolicyVerdict {
  const readable: Policy[] = [];
  const issues: PolicyIssue[] = [];
  const seen = new Set<string>();
  for (const policy of policies) {
    const own = [...nameIssues(policy, seen), ...textIssues(policy)];
    issues.push(...own);
    seen.add(policy.id);
    if (own.length === 0) readable.push(policy);
  }
  issues.push(...schemaIssues(readable));
  const order = new Map(policies.map(({ id }, index) => [id, index]));
  issues.sort((left, right) => (order.get(left.policyId) ?? 0) - (order.get(right.policyId) ?? 0));
  return { valid: issues.length === 0, issues };
}

function nameIssues({ id }: Policy, seen: ReadonlySet<string>): PolicyIssue[] {
  const issue = (code: PolicyIssueCode, message: string): PolicyIssue[] => [
    { policyId: id, code, line: null, message },
  ];
  if (seen.has(id)) return issue('policy-id-duplicate', `more than one policy is called ${id}`);
  return ID_PATTERN.test(id) ? [] : issue('policy-id-malformed', 'an id is lower-case letters, digits and hyphens');
}

function textIssues({ id, cedar }: Policy): PolicyIssue[] {
  const answer = policyToJson(cedar);
  if (answer.type === 'failure') {
    const code = templateToJson(cedar).type === 'success' ? 'policy-template' : 'policy-syntax';
    return answer.errors.map((error) => located(id, cedar, code, error));
  }
  return [...annotationIssues(id, answer.json), ...longIssues(id, cedar, answer.json)];
}

/**
 * Numbers outside ±(2^53 − 1) would be compared as another number than the one written, once any side of the system has
 * held them as a JSON number.
 */
function longIssues(policyId: string, cedar: string, policy: PolicyJson): PolicyIssue[] {
  const unsafe = (node: unknown): boolean => {
    if (typeof node === 'number') return !Number.isSafeInteger(node);
    return typeof node === 'object' && node !== null && Object.values(node).some(unsafe);
  };
  if (!unsafe(policy.conditions)) return [];
  const line = cedar
    .split('\n')
    .findIndex((text) => (text.match(/\d{16,}/g) ?? []).some((digits) => !Number.isSafeInteger(Number(digits))));
  const message = 'a number is beyond 2^53 - 1';
  return [{ policyId, code: 'policy-long-range', line: line < 0 ? null : line + 1, message }];
}

function schemaIssues(policies: readonly Policy[]): PolicyIssue[] {
  const texts = new Map(policies.map(({ id, cedar }) => [id, cedar]));
  const answer = validate({
    schema: SCHEMA_TEXT,
    policies: { staticPolicies: Object.fromEntries(texts) },
    validationSettings: { mode: 'strict' },
  });
  if (answer.type === 'failure') {
    return policies.map(({ id }) => ({
      policyId: id,
      code: 'policy-schema',
      line: null,
      message: 'the set cannot be validated',
    }));
  }
  const issue = (policyId: string, code: PolicyIssueCode, error: DetailedError): PolicyIssue =>
    located(policyId, texts.get(policyId) ?? '', code, error);
  const errors = answer.validationErrors.map(({ policyId, error }) => issue(policyId, 'policy-schema', error));
  const failed = new Set(errors.map(({ policyId }) => policyId));
  const warnings = answer.validationWarnings
    .filter(({ policyId }) => !failed.has(policyId))
    .map(({ policyId, error }) => issue(policyId, warningCode(error.message), error));
  return [...errors, ...distinct(warnings)];
}

/** One policy is often warned of twice for the same fault. */
const distinct = (issues: readonly PolicyIssue[]): PolicyIssue[] => [
  ...new Map(issues.map((issue) => [`${issue.policyId} ${issue.code}`, issue])).values(),
];

/** Cedar's warnings have no codes of their own. */
function warningCode(message: string): PolicyIssueCode {
  if (/applicable action|impossible/.test(message)) return 'policy-never-applies';
  return /script|bidi|confusable|General Security Profile/i.test(message) ? 'policy-confusable' : 'policy-warning';
}

const located = (policyId: string, text: string, code: PolicyIssueCode, error: DetailedError): PolicyIssue => ({
  policyId,
  code,
  line: lineAt(text, error.sourceLocations?.[0]?.start),
  message: [error.message, error.help].filter((part) => part !== null).join('; '),
});
