/** RFC 9334 reference values for one subject: those of its model when there are any, else those of its category. */
import type { ReferenceValues } from '../contracts/bundle.ts';
import type { PostureSubject } from './subject.ts';

/** The most specific set wins as a whole: sets are never mixed, so a model's set can also allow what its category forbids. */
export function selectReference(
  subject: PostureSubject,
  references: readonly ReferenceValues[],
): ReferenceValues | null {
  const ofCategory = references.filter(({ category }) => category === subject.category);
  return (
    ofCategory.find(({ model }) => model !== null && model === subject.model) ??
    ofCategory.find(({ model }) => model === null) ??
    null
  );
}
