/** No owner, no effect: all three owners of everyone on the way are named and current. */
import type { Situation } from '../situation.ts';
import { askEach } from './cast.ts';

/** `subject-unowned`, `device-unowned`, `hub-unowned`, `object-unowned`, `environment-unowned` */
export const ownedCriterion = (situation: Situation): string[] =>
  askEach(situation, ({ owned }, part) => (owned ? null : `${part}-unowned`));
