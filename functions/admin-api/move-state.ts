/** A step of the lifecycle that a person takes. */
import type { LifecycleState } from '../../core/contracts/levels.ts';
import { transition } from '../../core/identity/lifecycle.ts';
import type { SubjectRecord } from '../../core/ledger/subject-record.ts';
import { Refusal } from './refusal.ts';

/** @throws Refusal `ERR_TRANSITION_ILLEGAL` */
export function moved(record: SubjectRecord, to: LifecycleState): SubjectRecord {
  const step = transition(record.state, to);
  if (!step.ok) throw new Refusal(409, 'ERR_TRANSITION_ILLEGAL', step.message);
  return { ...record, state: step.value };
}
