/** Everyone named is known to this site. What another site knows is not known here. */
import type { Situation } from '../situation.ts';
import { castOf } from './cast.ts';

/** `subject-unknown`, `subject-foreign-site` and the same of device, hub, object and environment. */
export function knownCriterion(situation: Situation): string[] {
  const reasons = castOf(situation).flatMap(({ part, sought }) => {
    if (!sought.id.startsWith(`${situation.site}:`)) return [`${part}-foreign-site`];
    return sought.party === null ? [`${part}-unknown`] : [];
  });
  return situation.gateway === null ? [...reasons, 'environment-unknown'] : reasons;
}
