/**
 * What no policy can permit: conditions judged before any policy is asked, in this order, each with reasons of its own.
 */
import type { Situation } from '../situation.ts';
import { assessedCriterion } from './assessed.ts';
import { certificateCriterion } from './certificate.ts';
import { freshnessCriterion } from './freshness.ts';
import { knownCriterion } from './known.ts';
import { lifecycleCriterion } from './lifecycle.ts';
import { ownedCriterion } from './owned.ts';
import { verbCriterion } from './verb.ts';

/** @returns reasons to deny, none when met */
export type Criterion = (situation: Situation) => readonly string[];

export const CRITERIA: readonly Criterion[] = [
  knownCriterion,
  verbCriterion,
  ownedCriterion,
  lifecycleCriterion,
  certificateCriterion,
  assessedCriterion,
  freshnessCriterion,
];

/** A criterion that crashes has failed: its reason is this. */
export const DECISION_FAULT = 'decision-fault';

/** @returns every reason to deny, each once, in the order of the criteria */
export function unmetCriteria(situation: Situation, criteria: readonly Criterion[] = CRITERIA): string[] {
  const reasons = criteria.flatMap((criterion) => {
    try {
      return criterion(situation);
    } catch {
      return [DECISION_FAULT];
    }
  });
  return [...new Set(reasons)];
}
