/** The keys of every item, in one place. */
import type { EntityKind, EntityRef, SiteId } from '../../../core/contracts/identifiers.ts';
import type { Withdrawal } from '../../../core/ledger/ledger-view.ts';
import type { PolicyItemType } from '../../../core/ledger/ledger-write.ts';

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** Enough digits that sort keys sort as numbers do. */
const padded = (value: number): string => String(value).padStart(12, '0');
const sitePk = (site: SiteId): string => `SITE#${site}`;
const siteOfRef = ({ id }: EntityRef): string => `SITE#${id.slice(0, id.indexOf(':'))}`;

export const entityKey = (ref: EntityRef): ItemKey => ({ pk: siteOfRef(ref), sk: `ENTITY#${ref.kind}#${ref.id}` });
export const entityPrefix = (kind?: EntityKind): string => (kind === undefined ? 'ENTITY#' : `ENTITY#${kind}#`);
export const aliasKey = (site: SiteId, alias: string): ItemKey => ({ pk: sitePk(site), sk: `ALIAS#${alias}` });
export const certificateKey = (thumbprint: string): ItemKey => ({ pk: `CERTIFICATE#${thumbprint}`, sk: 'CERTIFICATE' });
export const claimKey = (digest: string): ItemKey => ({ pk: `CLAIM#${digest}`, sk: 'CLAIM' });

export const sitePartition = (site: SiteId): string => sitePk(site);
export const ledgerKey = (site: SiteId): ItemKey => ({ pk: sitePk(site), sk: 'LEDGER' });
export const subjectKey = (ref: EntityRef): ItemKey => ({ pk: siteOfRef(ref), sk: `SUBJECT#${ref.kind}#${ref.id}` });
export const SUBJECT_PREFIX = 'SUBJECT#';
export const outboxKey = (site: SiteId, seq: number): ItemKey => ({ pk: sitePk(site), sk: `OUTBOX#${padded(seq)}` });
export const eventsKey = (site: SiteId, commits: number): ItemKey => ({
  pk: sitePk(site),
  sk: `EVENTS#${padded(commits)}`,
});
export const withdrawalKey = (site: SiteId, kind: Withdrawal['kind'], id: string): ItemKey => ({
  pk: sitePk(site),
  sk: `WITHDRAWN#${kind}#${id}`,
});
export const WITHDRAWN_PREFIX = 'WITHDRAWN#';

export const policyItemKey = (site: SiteId, type: PolicyItemType, id: string): ItemKey => ({
  pk: sitePk(site),
  sk: `${policyPrefix(type)}${id}`,
});
export const policyPrefix = (type: PolicyItemType): string => `${type.toUpperCase()}#`;
export const bundleKey = (site: SiteId, version: number): ItemKey => ({
  pk: sitePk(site),
  sk: `BUNDLE#${padded(version)}`,
});

export const auditKey = (writer: string, seq: number): ItemKey => ({ pk: `WRITER#${writer}`, sk: padded(seq) });
export const auditPartition = (writer: string): string => `WRITER#${writer}`;
export const checkpointKey = (writer: string, seq: number): ItemKey => ({
  pk: `CHECKPOINTS#${writer}`,
  sk: padded(seq),
});
export const chainKey = (site: SiteId, writer: string): ItemKey => ({ pk: sitePk(site), sk: `CHAIN#${writer}` });
export const CHAIN_PREFIX = 'CHAIN#';

export const sessionKey = (site: SiteId, id: string): ItemKey => ({ pk: sitePk(site), sk: `SESSION#${id}` });
export const SESSION_PREFIX = 'SESSION#';

/** The subject that a `SUBJECT#kind#id` sort key names, as `refKey` writes it. */
export const refKeyOfSubject = (sk: string): string => {
  const [, kind, id] = sk.split('#');
  return `${kind}/${id}`;
};
