/** What a FHIR server answers, and how it says no. @see HL7 FHIR R4 §3.1.0.4 */
export interface FhirAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** @see HL7 FHIR R4 value set issue-type */
export type IssueCode =
  | 'structure'
  | 'required'
  | 'invalid'
  | 'not-supported'
  | 'not-found'
  | 'deleted'
  | 'conflict'
  | 'too-long'
  | 'exception';

export const refuse = (
  status: number,
  code: IssueCode,
  diagnostics: string,
  headers: Readonly<Record<string, string>> = {},
): FhirAnswer => ({
  status,
  headers,
  body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] },
});
