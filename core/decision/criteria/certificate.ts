/**
 * Machines prove who they are by a certificate in force. What speaks through a hub has none of its own; people prove it
 * otherwise; a system that is not asked for one (plain TCP) must at least not have lost the one it had.
 */
import type { Party } from '../party.ts';
import type { Situation } from '../situation.ts';
import { askEach, type Part } from './cast.ts';

/** `…-certificate-missing`, `…-certificate-expired`, `…-certificate-revoked` */
export const certificateCriterion = (situation: Situation): string[] =>
  askEach(situation, (party, part) => {
    if (party.certificate === 'active') return null;
    if (party.certificate !== 'none') return `${part}-certificate-${party.certificate}`;
    return mustHaveOne(party, part) ? `${part}-certificate-missing` : null;
  });

function mustHaveOne({ entity }: Party, part: Part): boolean {
  if (part === 'object' || part === 'environment' || entity.kind === 'user') return false;
  return entity.kind !== 'device' || entity.behind === null;
}
