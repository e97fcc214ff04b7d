/** Changes of authored items of the policy table, all of one form: condition, proof, news, and at once where it withdraws. */
import type { AuditEntry } from '../../core/contracts/audit-record.ts';
import { intent } from '../../core/ledger/ledger-intent.ts';
import type { Withdrawal } from '../../core/ledger/ledger-view.ts';
import { type PolicyItem, type PolicyItemType, policyItemId } from '../../core/ledger/ledger-write.ts';
import type { SiteContentStore, Versioned } from '../adapters/ports/site-content.ts';
import type { Caller } from '../http/caller.ts';
import type { Change } from './commit-change.ts';
import { Refusal } from './refusal.ts';

/** Audit events begin with these: `malware-indicator-changed`. */
const NAMES: Readonly<Record<PolicyItemType, string>> = {
  policy: 'policy',
  protection: 'protection',
  reference: 'reference-values',
  indicator: 'malware-indicator',
  narrowed: 'narrowed-verbs',
};

export interface ItemChange {
  /** 0 when it is new. */
  readonly expectedVersion: number;
  readonly withdraw?: Pick<Withdrawal, 'kind' | 'id'> | undefined;
  readonly story?: Partial<Pick<AuditEntry, 'subject' | 'resource' | 'details'>>;
}

export function putItem(caller: Caller, item: PolicyItem, given: ItemChange): Change<number> {
  const { expectedVersion } = given;
  return {
    intent: intent(`${NAMES[item.type]}-changed`, {
      writes: [{ write: 'put-policy-item', item, expectedVersion }],
      audit: [told(caller, item.type, policyItemId(item), 'changed', given)],
      events: [changed(caller, item.type, policyItemId(item), 'changed')],
    }),
    withdraw: given.withdraw,
    result: expectedVersion + 1,
  };
}

export function deleteItem(caller: Caller, type: PolicyItemType, id: string, given: ItemChange): Change<null> {
  return {
    intent: intent(`${NAMES[type]}-deleted`, {
      writes: [{ write: 'delete-policy-item', type, id, expectedVersion: given.expectedVersion }],
      audit: [told(caller, type, id, 'deleted', given)],
      events: [changed(caller, type, id, 'deleted')],
    }),
    withdraw: given.withdraw,
    result: null,
  };
}

type Verb = 'changed' | 'deleted';

const told = (
  { subject: by }: Caller,
  type: PolicyItemType,
  id: string,
  verb: Verb,
  given: ItemChange,
): AuditEntry => ({
  event: `${NAMES[type]}-${verb}`,
  outcome: 'success',
  reasons: [],
  ...given.story,
  details: { by, id, version: given.expectedVersion + Number(verb === 'changed'), ...given.story?.details },
});

const changed = ({ site }: Caller, type: PolicyItemType, id: string, change: Verb) =>
  ({ type: 'policy.changed', detail: { site, item: type, id, change } }) as const;

type Item<Type extends PolicyItemType> = Extract<PolicyItem, { type: Type }>;

const isOf = <Type extends PolicyItemType>(item: PolicyItem, type: Type): item is Item<Type> => item.type === type;

export async function findItem<Type extends PolicyItemType>(
  content: SiteContentStore,
  { site }: Caller,
  type: Type,
  id: string,
): Promise<Versioned<Item<Type>> | undefined> {
  const found = await content.policyItem(site, type, id);
  return found !== undefined && isOf(found.value, type) ? { value: found.value, version: found.version } : undefined;
}

/** @throws Refusal `ERR_ITEM_UNKNOWN` */
export async function getItem<Type extends PolicyItemType>(
  content: SiteContentStore,
  caller: Caller,
  type: Type,
  id: string,
): Promise<Versioned<Item<Type>>> {
  const found = await findItem(content, caller, type, id);
  if (found === undefined) throw itemUnknown();
  return found;
}

export const itemUnknown = (): Refusal => new Refusal(404, 'ERR_ITEM_UNKNOWN', 'there is no such item');
export const itemExists = (): Refusal => new Refusal(409, 'ERR_ITEM_EXISTS', 'there is one already');

export interface ItemPageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page of authored documents with their versions, in order of their names. */
export async function pageItems<Type extends PolicyItemType>(
  content: SiteContentStore,
  { site }: Caller,
  type: Type,
  page: ItemPageRequest,
) {
  const { items, cursor } = await content.pagePolicyItems(site, type, page);
  return {
    items: items.flatMap(({ value, version }) => (isOf(value, type) ? [{ value, version }] : [])),
    cursor: cursor ?? null,
  };
}

const READ_AT_ONCE = 100;

export async function allItems<Type extends PolicyItemType>(
  content: SiteContentStore,
  caller: Caller,
  type: Type,
): Promise<readonly Versioned<Item<Type>>[]> {
  const all: Versioned<Item<Type>>[] = [];
  let cursor: string | undefined;
  do {
    const page = await pageItems(content, caller, type, { limit: READ_AT_ONCE, cursor });
    all.push(...page.items);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}
