/**
 * Several access requests at once, each with its own answer; what they have in common is said once.
 * @see AuthZEN Authorization API 1.0 §7
 */
import * as z from 'zod';
import { AccessRequestSchema } from '../../core/contracts/access.ts';
import { placeOf } from '../http/http-event.ts';
import { type Asking, type EvaluationFailure, evaluate } from './evaluate.ts';

/** Explaining a denial costs milliseconds of computing each. */
const MAX_EVALUATIONS = 64;

const parts = z.record(z.string(), z.unknown());

/** Judged as whole requests once the defaults are in. */
export const EvaluationsSchema = z.object({
  subject: z.unknown().optional(),
  action: z.unknown().optional(),
  resource: z.unknown().optional(),
  context: z.unknown().optional(),
  evaluations: z.array(parts).max(MAX_EVALUATIONS).optional(),
  options: z
    .object({
      evaluations_semantic: z
        .enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'])
        .default('execute_all'),
    })
    .prefault({}),
});
export type Evaluations = z.infer<typeof EvaluationsSchema>;

interface EvaluationAnswer {
  readonly decision: boolean;
  readonly context: object;
}

/** The last decision after which nothing more is asked; `null` asks all. */
const STOPS_AFTER = { execute_all: null, deny_on_first_deny: false, permit_on_first_permit: true } as const;
const STATUS: Readonly<Record<EvaluationFailure, number>> = { 'caller-may-not-ask': 403, 'context-malformed': 400 };

/** In the order asked; fewer than asked when the semantic lets it stop. What cannot be judged is denied with its error. */
export function evaluateMany({ evaluations = [], options, ...defaults }: Evaluations, asking: Asking) {
  const stop = STOPS_AFTER[options.evaluations_semantic];
  const answers: EvaluationAnswer[] = [];
  for (const one of evaluations) {
    const answer = evaluateOne({ ...defaults, ...one }, asking);
    answers.push(answer);
    if (answer.decision === stop) break;
  }
  return { evaluations: answers };
}

function evaluateOne(value: unknown, asking: Asking): EvaluationAnswer {
  const request = AccessRequestSchema.safeParse(value);
  if (!request.success) return erroneous(400, `not as documented at ${placeOf(request.error)}`);
  const evaluated = evaluate(request.data, asking);
  return evaluated.ok ? evaluated.value : erroneous(STATUS[evaluated.code], evaluated.message);
}

const erroneous = (status: number, message: string): EvaluationAnswer => ({
  decision: false,
  context: { error: { status, message } },
});
