/**
 * What could be otherwise about a denied access. Each lever leads from the situation as it is, in the smallest steps there
 * are, to the best it could be. Break-glass is a lever only where nothing else is left.
 */
import type { Entity } from '../contracts/entities.ts';
import type { DeviationBand, FreshnessBand, PostureGrade, TrustLevel } from '../contracts/levels.ts';
import { authenticationStrength, CHALLENGE_ACR_VALUES } from '../policy/authentication-strength.ts';
import { FRESHNESS_RANK } from '../policy/ranks.ts';
import { AGE_VALUES } from './age-step.ts';
import { castOf, type Part } from './criteria/cast.ts';
import type { Party, Sought } from './party.ts';
import type { Situation } from './situation.ts';

type Value = string | number | boolean | string[] | null;

export interface Lever {
  readonly attribute: string;
  readonly from: Value;
  /** From the smallest change to the largest. Never empty. */
  readonly steps: readonly { readonly to: Value; readonly apply: (situation: Situation) => Situation }[];
}

const LEVELS: readonly TrustLevel[] = [0, 1, 2, 3, 4];
const GRADES: readonly (PostureGrade | 'unknown')[] = ['F', 'unknown', 'E', 'D', 'C', 'B', 'A'];
const DEVIATIONS: readonly DeviationBand[] = ['critical', 'high', 'elevated', 'unknown', 'normal'];
const BANDS: readonly FreshnessBand[] = ['expired', 'isolated', 'stale', 'recent', 'fresh'];

/** Every lever that is not at its best, those a person would pull first before the others. */
export function leversOf(situation: Situation, roles: readonly string[]): Lever[] {
  const levers = [
    ...castOf(situation).flatMap(({ part, sought }) => partyLevers(part, sought)),
    ...authenticationLevers(situation),
    ...circumstanceLevers(situation),
    ...relationLevers(situation),
    ...roleLevers(situation, roles),
  ];
  return levers.filter(({ steps }) => steps.length > 0);
}

function partyLevers(part: Part, { party }: Sought): Lever[] {
  if (party === null) return [];
  const lever = <T extends Value>(
    attribute: string,
    from: T,
    values: readonly T[],
    change: (to: T) => Partial<Party>,
  ): Lever => ({
    attribute: `${part}.${attribute}`,
    from,
    steps: values.map((to) => ({ to, apply: (situation) => replaceParty(situation, party, change(to)) })),
  });
  const better = <T>(values: readonly T[], present: T): T[] => values.slice(values.indexOf(present) + 1);
  return [
    lever('owned', party.owned, party.owned ? [] : [true], (owned) => ({ owned })),
    lever('certificate', party.certificate as string, party.certificate === 'active' ? [] : ['active'], () => ({
      certificate: 'active',
    })),
    lever('state', party.state as string | null, party.state === 'admitted' ? [] : ['admitted'], () => ({
      state: 'admitted',
    })),
    lever('trust', party.trust as string, party.trust === 'current' ? [] : ['current'], () => ({ trust: 'current' })),
    lever('trustLevel', party.level, better(LEVELS, party.level), (level) => ({ level, trust: 'current' })),
    lever('postureGrade', party.grade, better(GRADES, party.grade), (grade) => ({ grade })),
    lever('deviationBand', party.deviation, better(DEVIATIONS, party.deviation), (deviation) => ({ deviation })),
  ];
}

/** The same party wherever it plays a part. */
function replaceParty(situation: Situation, party: Party, change: Partial<Party>): Situation {
  const replaced = (sought: Sought): Sought =>
    sought.party?.ref.id === party.ref.id && sought.party.ref.kind === party.ref.kind
      ? { ...sought, party: { ...sought.party, ...change } }
      : sought;
  return {
    ...situation,
    subject: replaced(situation.subject),
    object: replaced(situation.object),
    device: situation.device === null ? null : replaced(situation.device),
    gateway: situation.gateway === null ? null : replaced(situation.gateway),
    subjectHubs: situation.subjectHubs.map(replaced),
    objectHubs: situation.objectHubs.map(replaced),
  };
}

function authenticationLevers({ subject, authentication }: Situation): Lever[] {
  if (subject.party?.entity.kind !== 'user') return [];
  const change =
    (part: Partial<Situation['authentication']>) =>
    (situation: Situation): Situation => ({
      ...situation,
      authentication: { ...situation.authentication, ...part },
    });
  const stronger = CHALLENGE_ACR_VALUES.filter((acr) => authenticationStrength(acr) > authentication.strength);
  return [
    {
      attribute: 'authentication.acr',
      from: authentication.acr,
      steps: stronger.map((acr) => ({ to: acr, apply: change({ acr, strength: authenticationStrength(acr) }) })),
    },
    {
      attribute: 'authentication.ageSeconds',
      from: authentication.ageSeconds,
      steps: AGE_VALUES.filter((age) => age < authentication.ageSeconds).map((ageSeconds) => ({
        to: ageSeconds,
        apply: change({ ageSeconds }),
      })),
    },
  ];
}

function circumstanceLevers(situation: Situation): Lever[] {
  const set =
    <Key extends keyof Situation>(key: Key, to: Situation[Key]) =>
    (held: Situation): Situation => ({ ...held, [key]: to });
  const { freshness, timeBand, breakGlass, gateway, zone } = situation;
  const home = gateway?.party?.entity;
  const homeZone = home !== undefined && 'zone' in home ? home.zone : null;
  return [
    {
      attribute: 'freshness',
      from: freshness,
      steps: BANDS.filter((band) => FRESHNESS_RANK[band] > FRESHNESS_RANK[freshness]).map((band) => ({
        to: band,
        apply: set('freshness', band),
      })),
    },
    {
      attribute: 'zone',
      from: zone,
      steps:
        situation.zoneExpected || homeZone === null
          ? []
          : [{ to: homeZone, apply: (held) => ({ ...held, zone: homeZone, zoneExpected: true }) }],
    },
    {
      attribute: 'timeBand',
      from: timeBand,
      steps: timeBand === 'day' ? [] : [{ to: 'day', apply: set('timeBand', 'day') }],
    },
    {
      attribute: 'breakGlass',
      from: breakGlass,
      steps: breakGlass || freshness !== 'expired' ? [] : [{ to: true, apply: set('breakGlass', true) }],
    },
  ];
}

/** Belonging together: a group the object could serve, a verb a category could keep. */
function relationLevers(situation: Situation): Lever[] {
  const { subject, object, verb } = situation;
  const [from, to] = [subject.party?.entity, object.party];
  const wards = from?.kind === 'device' ? [from.ward] : from?.kind === 'user' ? from.wards : [];
  const offered = [...wards, ...(from?.groups ?? [])].filter((label) => !to?.entity.groups.includes(label));
  const joined = (entity: Entity, label: string): Entity => ({ ...entity, groups: [...entity.groups, label] });
  const keep = (key: 'keptBySubject' | 'keptByObject'): Lever => ({
    attribute: key === 'keptBySubject' ? 'subject.narrowedVerbs' : 'object.narrowedVerbs',
    from: false,
    steps: situation[key] ? [] : [{ to: [verb], apply: (held) => ({ ...held, [key]: true }) }],
  });
  return [
    keep('keptBySubject'),
    keep('keptByObject'),
    {
      attribute: 'object.groups',
      from: [...(to?.entity.groups ?? [])],
      steps:
        to === null
          ? []
          : offered.map((label) => ({
              to: [...to.entity.groups, label],
              apply: (held) => replaceParty(held, to, { entity: joined(to.entity, label) }),
            })),
    },
  ];
}

function roleLevers({ subject }: Situation, roles: readonly string[]): Lever[] {
  const { party } = subject;
  if (party?.entity.kind !== 'user') return [];
  const person = party.entity;
  return roles
    .filter((role) => !person.roles.includes(role))
    .map((role) => ({
      attribute: 'subject.roles',
      from: [...person.roles],
      steps: [
        {
          to: [...person.roles, role],
          apply: (held) => replaceParty(held, party, { entity: { ...person, roles: [...person.roles, role] } }),
        },
      ],
    }));
}
