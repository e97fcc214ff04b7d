/** Which clause, of which policy, an access failed on: in the words of the policy itself. */
import { type Clause, type Expr, type PolicyJson, policyToText } from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicy } from '../policy/compile-policies.ts';
import { PreparsedPolicySet } from '../policy/preparsed-policy-set.ts';
import { cedarRequest, type Participants } from './cedar-request.ts';
import type { Evaluator, Verdict } from './evaluator.ts';
import type { Situation } from './situation.ts';

/**
 * @returns one line: the criterion that no policy can make up for; else the clause that forbids; else the clause that the
 *   nearest permit lacks
 */
export function failingClause(situation: Situation, verdict: Verdict, evaluator: Evaluator): string {
  const [criterion] = evaluator.unmet(situation);
  const asked = evaluator.slice(situation);
  if (criterion !== undefined || asked === null) return `criterion: ${criterion ?? verdict.reasons[0] ?? 'none'}`;
  const { slice, participants } = asked;
  const holding = (clauses: readonly Clause[]): Clause[] => holdingClauses(clauses, situation, participants);
  const forbid = slice.policies.find(({ id, effect }) => effect === 'forbid' && verdict.policies.includes(id));
  if (forbid !== undefined) {
    const [clause] = holding(forbid.json.conditions.flatMap((one) => parts(one, 'when', '||')));
    return `${forbid.id}: ${clauseText(clause)}`;
  }
  const nearest = slice.policies
    .filter(({ effect }) => effect === 'permit')
    .map((policy) => {
      const clauses = policy.json.conditions.flatMap((one) => parts(one, 'when', '&&'));
      const held = new Set(holding(clauses));
      return { policy, lacking: clauses.filter((clause) => !held.has(clause)) };
    })
    .toSorted((left, right) => distance(left, situation) - distance(right, situation))[0];
  if (nearest === undefined) return `no policy permits ${situation.verb} between these`;
  return `${nearest.policy.id}: ${clauseText(nearest.lacking[0])}`;
}

/** An emergency that nobody declared is not near, however little else it takes. */
function distance(
  { policy, lacking }: { policy: CompiledPolicy; lacking: readonly Clause[] },
  situation: Situation,
): number {
  const emergency = policy.reads?.has('breakGlass') === true && !situation.breakGlass;
  return lacking.length + (emergency ? 1000 : 0);
}

/** A clause taken apart at every `and`, or at every `or`. */
function parts(clause: Clause, kind: Clause['kind'], operator: '&&' | '||'): Clause[] {
  const sides = clause.kind === kind ? sidesOf(clause.body, operator) : null;
  if (sides === null) return [clause];
  return sides.flatMap((body) => parts({ kind, body }, kind, operator));
}

const isAnd = (body: Expr): body is { '&&': { left: Expr; right: Expr } } => '&&' in body;
const isOr = (body: Expr): body is { '||': { left: Expr; right: Expr } } => '||' in body;

function sidesOf(body: Expr, operator: '&&' | '||'): [Expr, Expr] | null {
  if (operator === '&&' && isAnd(body)) return [body['&&'].left, body['&&'].right];
  return operator === '||' && isOr(body) ? [body['||'].left, body['||'].right] : null;
}

const anywhere = (conditions: Clause[]): PolicyJson => ({
  effect: 'permit',
  principal: { op: 'All' },
  action: { op: 'All' },
  resource: { op: 'All' },
  conditions,
});

/** The clauses that hold, each asked by itself. One that cannot be evaluated does not hold. */
function holdingClauses(clauses: readonly Clause[], situation: Situation, participants: Participants): Clause[] {
  if (clauses.length === 0) return [];
  const set = new PreparsedPolicySet(clauses.map((clause, index) => ({ id: `c${index}`, cedar: anywhere([clause]) })));
  try {
    const { determining } = set.authorize(cedarRequest(situation, participants, null));
    return clauses.filter((_, index) => determining.includes(`c${index}`));
  } finally {
    set.release();
  }
}

/** On one line, as Cedar prints it. */
function clauseText(clause: Clause | undefined): string {
  const answer = policyToText(anywhere(clause === undefined ? [] : [clause]));
  const text = answer.type === 'failure' ? '' : answer.text.replace(/\s+/g, ' ');
  const begins = text.search(/\b(?:when|unless) \{/);
  return begins < 0 ? 'always' : text.slice(begins).replace(/;$/, '');
}
