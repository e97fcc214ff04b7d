/**
 * Everyone on the way has been admitted. Quarantine leaves one way open, to the systems that remedy: a device that
 * can do nothing at all can never be made well.
 */
import type { LifecycleState } from '../../contracts/levels.ts';
import type { Party } from '../party.ts';
import type { Situation } from '../situation.ts';
import { askEach, type Part } from './cast.ts';

const REFUSED: Readonly<Record<LifecycleState, string | null>> = {
  registered: 'not-admitted',
  enrolled: 'not-admitted',
  assessed: 'not-admitted',
  admitted: null,
  restricted: null,
  quarantined: 'quarantined',
  retired: 'retired',
};

/** Resources of this category remedy what lost trust. */
const REMEDIATION = 'remediation';

/** `…-not-admitted`, `…-quarantined`, `…-retired` */
export const lifecycleCriterion = (situation: Situation): string[] =>
  askEach(situation, (party, part) => {
    const refused = party.state === null ? null : REFUSED[party.state];
    return refused === null || isRemediation(situation, party, part) ? null : `${part}-${refused}`;
  });

function isRemediation({ object, action }: Situation, party: Party, part: Part): boolean {
  const target = object.party?.entity;
  return (
    part === 'subject' &&
    party.state === 'quarantined' &&
    target?.kind === 'resource' &&
    target.category === REMEDIATION &&
    action?.groups.has('remediate') === true
  );
}
