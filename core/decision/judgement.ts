/**
 * Subject, environment and object as one judgement each: several parties on one side (a person and the terminal, a
 * device and its hub) count as the worst of them.
 */
import type { DeviationBand, LifecycleState, PostureGrade } from '../contracts/levels.ts';
import { DEVIATION_RANK, POSTURE_RANK } from '../policy/ranks.ts';
import type { Party, Sought } from './party.ts';
import type { Situation } from './situation.ts';

/** As the schema's type of this name. */
export interface Judgement {
  readonly trustLevel: number;
  readonly trustOverdue: boolean;
  readonly state: LifecycleState | 'unknown';
  readonly postureGrade: PostureGrade | 'unknown';
  readonly postureRank: number;
  readonly deviationBand: DeviationBand;
  readonly deviationRank: number;
}

/** Outside the zones that anyone declared, the environment is not trusted beyond this. */
const UNEXPECTED_ZONE_CEILING = 2;

/** From best to worst, as far as access goes. */
const STATES: readonly Judgement['state'][] = [
  'admitted',
  'restricted',
  'quarantined',
  'assessed',
  'enrolled',
  'registered',
  'retired',
  'unknown',
];

const NOBODY: Judgement = {
  trustLevel: 0,
  trustOverdue: true,
  state: 'unknown',
  postureGrade: 'unknown',
  postureRank: POSTURE_RANK.unknown,
  deviationBand: 'unknown',
  deviationRank: DEVIATION_RANK.unknown,
};

const known = (sought: readonly (Sought | null)[]): Party[] =>
  sought.map((one) => one?.party ?? null).filter((party) => party !== null);

/**
 * The parties a subject is judged by. A person without a state of their own is judged by the terminal alone: people are
 * not assessed as machines are.
 */
export const subjectParties = ({ subject, device, subjectHubs }: Situation): Party[] =>
  known([subject, device, ...subjectHubs]).filter(({ entity, state }) => entity.kind !== 'user' || state !== null);

export const objectParties = ({ object, objectHubs }: Situation): Party[] =>
  known([object, ...objectHubs]).filter(({ entity, state }) => entity.kind !== 'user' || state !== null);

export function judgementOf(parties: readonly Party[]): Judgement {
  const worst = <T>(values: readonly T[], rank: (value: T) => number): T | undefined =>
    values.toSorted((left, right) => rank(left) - rank(right))[0];
  const grade = worst(
    parties.map((party) => party.grade),
    (value) => POSTURE_RANK[value],
  );
  const deviation = worst(
    parties.map((party) => party.deviation),
    (value) => -DEVIATION_RANK[value],
  );
  const state = worst(
    parties.map((party) => party.state ?? 'unknown'),
    (value) => -STATES.indexOf(value),
  );
  if (grade === undefined || deviation === undefined || state === undefined) return NOBODY;
  return {
    trustLevel: Math.min(...parties.map(({ level }) => level)),
    trustOverdue: parties.some(({ trust }) => trust !== 'current'),
    state,
    postureGrade: grade,
    postureRank: POSTURE_RANK[grade],
    deviationBand: deviation,
    deviationRank: DEVIATION_RANK[deviation],
  };
}

/** The gateway, in the zone the access comes from. */
export function environmentJudgement({ gateway, zoneExpected }: Situation): Judgement {
  const judgement = judgementOf(known([gateway]));
  if (zoneExpected) return judgement;
  return { ...judgement, trustLevel: Math.min(judgement.trustLevel, UNEXPECTED_ZONE_CEILING) };
}

/** A restricted device on either side does what its category keeps, and nothing else. */
export function isNarrowed(situation: Situation): boolean {
  const restricted = (party: Party): boolean => party.entity.kind === 'device' && party.state === 'restricted';
  return (
    (!situation.keptBySubject && subjectParties(situation).some(restricted)) ||
    (!situation.keptByObject && objectParties(situation).some(restricted))
  );
}
