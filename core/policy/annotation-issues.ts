/** Checks what a policy says of itself: `@id`, `@reason`, `@advice`, `@obligation`, and nothing else. */
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { CodeSchema } from '../contracts/identifiers.ts';
import { parseObligations } from './obligations.ts';
import type { PolicyIssue, PolicyIssueCode } from './policy-issue.ts';

const annotation = (policy: PolicyJson, name: string): string | undefined => policy.annotations?.[name];

const ANNOTATIONS: ReadonlySet<string> = new Set(['id', 'reason', 'advice', 'obligation']);

export function annotationIssues(policyId: string, policy: PolicyJson): PolicyIssue[] {
  const issues: PolicyIssue[] = [];
  const add = (code: PolicyIssueCode, message: string): number => issues.push({ policyId, code, line: null, message });
  const [id, reason, obligation] = [
    annotation(policy, 'id'),
    annotation(policy, 'reason'),
    annotation(policy, 'obligation'),
  ];
  for (const name of Object.keys(policy.annotations ?? {})) {
    if (!ANNOTATIONS.has(name))
      add('policy-annotation-unknown', `@${name} is not one of ${[...ANNOTATIONS].join(', ')}`);
  }
  if (id !== undefined && id !== policyId)
    add('policy-id-mismatch', `@id says ${id}, the policy is called ${policyId}`);
  if (reason === undefined && policy.effect === 'forbid') add('policy-reason-missing', 'a forbid must say @reason');
  if (reason !== undefined && !CodeSchema.safeParse(reason).success) {
    add('policy-reason-malformed', `@reason "${reason}" is not a kebab-case code`);
  }
  if (obligation !== undefined) {
    if (policy.effect === 'forbid') add('policy-obligation-on-forbid', 'a denial has nothing to oblige to');
    const parsed = parseObligations(obligation);
    if (!parsed.ok) add(parsed.code, parsed.message);
  }
  return issues;
}
