/** What can be wrong with an authored policy, with the place to look at. */

export type PolicyIssueCode =
  | 'policy-id-malformed'
  | 'policy-id-duplicate'
  | 'policy-id-mismatch'
  | 'policy-syntax'
  | 'policy-template'
  | 'policy-annotation-unknown'
  | 'policy-reason-missing'
  | 'policy-reason-malformed'
  | 'policy-obligation-malformed'
  | 'policy-obligation-on-forbid'
  | 'policy-long-range'
  | 'policy-schema'
  | 'policy-never-applies'
  | 'policy-confusable'
  | 'policy-warning';

export interface PolicyIssue {
  readonly policyId: string;
  readonly code: PolicyIssueCode;
  /** Line in the policy's text, from 1; null when the issue is of the policy as a whole. */
  readonly line: number | null;
  /** For the author: may quote the policy. */
  readonly message: string;
}

/** @param byteOffset as the parser counts: bytes of UTF-8 */
export const lineAt = (text: string, byteOffset: number | undefined): number | null =>
  byteOffset === undefined
    ? null
    : Buffer.from(text, 'utf8').subarray(0, byteOffset).toString('utf8').split('\n').length;
