/**
 * May this terminal be here, and how: from trust and posture to its place in the lifecycle.
 *
 * | Now | Judged | Becomes |
 * |---|---|---|
 * | registered, retired, quarantined | anything | stays: only enrolment, a person, and a person change these |
 * | enrolled | without an assessment | stays |
 * | otherwise | compromised | quarantined; life-sustaining: restricted, and quarantine is proposed to a person |
 * | otherwise | level 3 or 4 | admitted |
 * | otherwise | level 0 to 2 | restricted; on level 0 with grade E or F quarantine is proposed |
 *
 * Every step is one of the lifecycle's, and nothing skips `assessed`. Dwell is in the level already: none is added here.
 */
import type { Code } from '../contracts/identifiers.ts';
import type { Criticality, LifecycleState } from '../contracts/levels.ts';
import type { TrustState } from '../contracts/trust.ts';
import { VitalgateError } from '../errors.ts';
import { transition } from '../identity/lifecycle.ts';
import type { PostureAssessment } from '../posture/assessment.ts';

export interface AdmissionInput {
  readonly state: LifecycleState;
  readonly trust: TrustState;
  /** `null` when it was never assessed. */
  readonly assessment: PostureAssessment | null;
  readonly criticality: Criticality;
  /** A protection of the clinical owner is in force: its session goes on, with an alarm, whatever is decided here. */
  readonly hasProtection: boolean;
}

export interface Admission {
  readonly state: LifecycleState;
  /** The states passed on the way, the last one being {@link Admission.state}; empty when nothing changes. */
  readonly path: readonly LifecycleState[];
  readonly reasons: readonly Code[];
  /** What a machine does not do by itself here. */
  readonly propose?: 'quarantine';
}

const ADMITTED_FROM_LEVEL = 3;
/** These are left by another door than judgement. */
const HELD: Readonly<Partial<Record<LifecycleState, Code>>> = {
  registered: 'not-enrolled',
  quarantined: 'quarantine-held',
  retired: 'retired',
};

export function judgeAdmission(input: AdmissionInput): Admission {
  const held = HELD[input.state];
  if (held !== undefined) return { state: input.state, path: [], reasons: [held] };
  if (input.state === 'enrolled' && input.assessment === null) {
    return { state: 'enrolled', path: [], reasons: ['not-assessed'] };
  }
  const verdict = targetOf(input);
  const path = pathTo(input.state, verdict.target);
  const alarm: Code[] = input.hasProtection && verdict.target !== 'admitted' ? ['protected-session-alarm'] : [];
  return {
    state: path.at(-1) ?? input.state,
    path,
    reasons: [...verdict.reasons, ...alarm],
    ...(verdict.propose ? { propose: 'quarantine' as const } : {}),
  };
}

interface Verdict {
  readonly target: 'admitted' | 'restricted' | 'quarantined';
  readonly reasons: readonly Code[];
  readonly propose: boolean;
}

function targetOf({ trust, assessment, criticality }: AdmissionInput): Verdict {
  if (assessment?.compromised === true || trust.unmetCriteria.includes('no-compromise')) {
    const reasons: readonly Code[] = ['compromise-found'];
    if (criticality !== 'life-sustaining') return { target: 'quarantined', reasons, propose: false };
    return { target: 'restricted', reasons: [...reasons, 'quarantine-needs-person'], propose: true };
  }
  if (trust.level >= ADMITTED_FROM_LEVEL) return { target: 'admitted', reasons: ['trust-sufficient'], propose: false };
  const untenable = trust.level === 0 && (assessment?.grade === 'E' || assessment?.grade === 'F');
  if (!untenable) return { target: 'restricted', reasons: ['trust-insufficient'], propose: false };
  return { target: 'restricted', reasons: ['trust-insufficient', 'quarantine-needs-person'], propose: true };
}

function pathTo(from: LifecycleState, target: LifecycleState): readonly LifecycleState[] {
  if (from === target) return [];
  const route: readonly LifecycleState[] = from === 'enrolled' ? ['assessed', target] : [target];
  let state = from;
  for (const next of route) {
    if (!transition(state, next).ok) throw new VitalgateError('ERR_LIFECYCLE_ROUTE', `no way from ${state} to ${next}`);
    state = next;
  }
  return route;
}
