/** What a gateway or a server says when it refuses: codes, for an event. @see RFC 9457 */
import * as z from 'zod';

const ProblemSchema = z.looseObject({
  code: z.string().max(64),
  reasons: z.array(z.string().max(64)).max(32).default([]),
});
const OutcomeSchema = z.looseObject({ issue: z.array(z.looseObject({ code: z.string().max(64) })).min(1) });

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly reasons: readonly string[];
}

/** @param text of the answer, problem details or an OperationOutcome */
export function readProblem(status: number, text: string): Problem {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { status, code: 'unreadable', reasons: [] };
  }
  const problem = ProblemSchema.safeParse(body).data;
  if (problem !== undefined) return { status, code: problem.code, reasons: problem.reasons };
  return { status, code: OutcomeSchema.safeParse(body).data?.issue[0]?.code ?? 'unreadable', reasons: [] };
}
