/** From a site's tables to the content of its bundle: what is in force now, in one order, so that equal content is equal bytes. */
import type { BundleContent, Policy } from '../contracts/bundle.ts';
import type { Entity } from '../contracts/entities.ts';
import type { PolicyItem } from './ledger-write.ts';

export interface SiteContent {
  readonly entities: readonly Entity[];
  readonly items: readonly PolicyItem[];
}

/** @param shipped the policies that came with the release; an authored one of the same id replaces it */
export function effectivePolicies(shipped: readonly Policy[], items: readonly PolicyItem[]): readonly Policy[] {
  const byId = new Map(shipped.map((policy) => [policy.id, policy]));
  for (const item of items) {
    if (item.type !== 'policy') continue;
    if (item.enabled) byId.set(item.document.id, item.document);
    else byId.delete(item.document.id);
  }
  return sortBy([...byId.values()], ({ id }) => id);
}

export function compileBundle(
  { entities, items }: SiteContent,
  given: { readonly shipped: readonly Policy[]; readonly anchors: BundleContent['anchors']; readonly nowMs: number },
): BundleContent {
  const documents = <Type extends PolicyItem['type']>(type: Type) =>
    items
      .filter((item): item is Extract<PolicyItem, { type: Type }> => item.type === type)
      .map((item) => item.document);
  type Document<Type extends PolicyItem['type']> = Extract<PolicyItem, { type: Type }>['document'];
  return {
    policies: [...effectivePolicies(given.shipped, items)],
    entities: sortBy(entities, ({ kind, id }) => `${kind}/${id}`),
    protections: sortBy(
      (documents('protection') as Document<'protection'>[]).filter(
        ({ expiresAt }) => given.nowMs < Date.parse(expiresAt),
      ),
      ({ id }) => id,
    ),
    narrowedVerbs: sortBy(documents('narrowed') as Document<'narrowed'>[], ({ category }) => category),
    referenceValues: sortBy(
      documents('reference') as Document<'reference'>[],
      (one) => `${one.category} ${one.model ?? ''}`,
    ),
    malwareIndicators: sortBy(documents('indicator') as Document<'indicator'>[], ({ sha256 }) => sha256),
    anchors: given.anchors,
  };
}

const sortBy = <T>(values: readonly T[], key: (value: T) => string): T[] =>
  values.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
