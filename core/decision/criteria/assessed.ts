/** Nobody is trusted unassessed, and no assessment is good for ever. People as subjects are judged by their terminal. */
import type { Party } from '../party.ts';
import type { Situation } from '../situation.ts';
import { askEach, type Part } from './cast.ts';

/** `…-unassessed`, `…-trust-expired` */
export const assessedCriterion = (situation: Situation): string[] =>
  askEach(situation, (party, part) => {
    if (party.trust === 'expired') return `${part}-trust-expired`;
    return party.trust === 'missing' && mustBeAssessed(party, part) ? `${part}-unassessed` : null;
  });

const mustBeAssessed = ({ entity, state }: Party, part: Part): boolean =>
  entity.kind !== 'user' || part !== 'subject' || state !== null;
