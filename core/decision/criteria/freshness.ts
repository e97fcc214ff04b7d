/** What the age of the last verified head leaves open for this class of traffic. @see core/decision/freshness.ts */
import { freshnessRule } from '../freshness.ts';
import { subjectParties } from '../judgement.ts';
import type { Situation } from '../situation.ts';

/** The cloud policy engine may say yes where this says no. */
export const CONFIRMATION_REQUIRED = 'confirmation-required';

/** The codes of this criterion: denials for the age of what is known, and not for anything known. */
export const FRESHNESS_REASONS: ReadonlySet<string> = new Set([
  CONFIRMATION_REQUIRED,
  'freshness-closed',
  'identity-unconfirmed',
  'break-glass-required',
]);

/** `confirmation-required`, `freshness-closed`, `identity-unconfirmed`, `break-glass-required` */
export function freshnessCriterion(situation: Situation): string[] {
  const { freshness, traffic, established, breakGlass } = situation;
  const rule = freshnessRule(freshness, traffic, established ? 'established' : 'new');
  switch (rule) {
    case 'needs-confirmation':
      return [CONFIRMATION_REQUIRED];
    case 'close':
      return ['freshness-closed'];
    case 'known-identities-only':
      return isConfirmed(situation) ? [] : ['identity-unconfirmed'];
    case 'break-glass-only':
      return breakGlass ? [] : ['break-glass-required'];
    default:
      return [];
  }
}

/** The control plane had admitted everyone on the subject's side without reserve before it went silent. */
const isConfirmed = (situation: Situation): boolean => {
  const parties = subjectParties(situation);
  return parties.length > 0 && parties.every(({ state }) => state === 'admitted');
};
