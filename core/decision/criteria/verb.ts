/** The verb is in the schema, and is one that this kind of subject can do to this kind of object. */
import { cedarType } from '../../policy/cedar-entities.ts';
import type { Situation } from '../situation.ts';

/** `verb-unknown`, `verb-not-applicable` */
export function verbCriterion({ action, subject, object }: Situation): string[] {
  if (action === null) return ['verb-unknown'];
  const principals: readonly string[] = action.principals;
  const objects: readonly string[] = action.objects;
  const fits =
    (subject.party === null || principals.includes(cedarType(subject.party.ref.kind))) &&
    (object.party === null || objects.includes(cedarType(object.party.ref.kind)));
  return fits ? [] : ['verb-not-applicable'];
}
