/**
 * One site's tables in memory, behind every port that reads or changes them. A commit is planned by the real planner and
 * applied as one whole or not at all: each write is held to its condition, as the transaction would hold it.
 */
import type { AuditRecord } from '../../core/contracts/audit-record.ts';
import type { Entity } from '../../core/contracts/entities.ts';
import { type EntityKind, type EntityRef, refKey, type SiteId } from '../../core/contracts/identifiers.ts';
import type { StateUpdate } from '../../core/contracts/site-state.ts';
import type { ClaimRecord } from '../../core/identity/claim.ts';
import type { LedgerIntent } from '../../core/ledger/ledger-intent.ts';
import { genesisLedger, type LedgerRecord } from '../../core/ledger/ledger-record.ts';
import type { Withdrawal } from '../../core/ledger/ledger-view.ts';
import {
  type CertificateRecord,
  type LedgerWrite,
  type PolicyItem,
  type PolicyItemType,
  policyItemId,
} from '../../core/ledger/ledger-write.ts';
import { type PlannedCommit, planCommit } from '../../core/ledger/plan-commit.ts';
import type { SubjectRecord } from '../../core/ledger/subject-record.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { AliasDirectory } from '../../functions/adapters/ports/alias-directory.ts';
import type { AuditQuery, AuditReader } from '../../functions/adapters/ports/audit-reader.ts';
import type { Page, PageRequest, SiteContentStore, Versioned } from '../../functions/adapters/ports/site-content.ts';
import type { CommitFailure, Committed, SiteLedger } from '../../functions/adapters/ports/site-ledger.ts';
import type { SiteFacts, SiteLookup, SiteReader } from '../../functions/adapters/ports/site-reader.ts';
import type { SiteReference, SiteReferenceSource } from '../../functions/adapters/ports/site-reference.ts';

export class FakeSite
  implements SiteLedger, SiteReader, SiteContentStore, SiteReferenceSource, AliasDirectory, AuditReader
{
  record: LedgerRecord;
  readonly entitiesByKey = new Map<string, Entity>();
  readonly subjects = new Map<string, SubjectRecord>();
  readonly certificates = new Map<string, CertificateRecord>();
  readonly claims = new Map<string, ClaimRecord>();
  readonly items = new Map<string, Versioned<PolicyItem>>();
  readonly aliases = new Map<string, string>();
  readonly withdrawals: Withdrawal[] = [];
  readonly auditTrail: AuditRecord[] = [];
  readonly updates: StateUpdate[] = [];
  readonly commits: PlannedCommit[] = [];
  /** Runs once before the next commit is applied: what another function did meanwhile. */
  beforeCommit: (() => void) | null = null;
  nowMs: number;

  constructor(site: SiteId, nowMs: number) {
    this.record = genesisLedger(site);
    this.nowMs = nowMs;
  }

  read(): Promise<LedgerRecord> {
    return Promise.resolve(this.record);
  }

  commit(_site: SiteId, intents: readonly LedgerIntent[]): Promise<Result<Committed, CommitFailure>> {
    const meanwhile = this.beforeCommit;
    this.beforeCommit = null;
    meanwhile?.();
    const plan = planCommit(this.record, intents, this.nowMs);
    if (!plan.ok) return Promise.resolve(plan);
    if (!plan.value.writes.every((write) => this.#holds(write))) {
      return Promise.resolve(failure('ledger-stale', 'the ground has moved'));
    }
    for (const write of plan.value.writes) this.#apply(write);
    this.record = plan.value.ledger;
    this.auditTrail.push(...plan.value.records);
    if (plan.value.update !== null) this.updates.push(plan.value.update);
    this.commits.push(plan.value);
    return Promise.resolve(success({ ledger: plan.value.ledger, token: plan.value.update === null ? null : 'signed' }));
  }

  load({ refs, thumbprints = [] }: SiteLookup): Promise<SiteFacts> {
    return Promise.resolve({
      ledger: this.record,
      entities: pick(this.entitiesByKey, refs.map(refKey)),
      subjects: pick(this.subjects, refs.map(refKey)),
      certificates: pick(this.certificates, thumbprints),
    });
  }

  certificate(thumbprint: string): Promise<CertificateRecord | undefined> {
    return Promise.resolve(this.certificates.get(thumbprint));
  }

  due(_site: SiteId, nowMs: number, limit: number): Promise<readonly EntityRef[]> {
    const due = [...this.subjects.values()].filter(({ dueAt }) => dueAt !== null && Date.parse(dueAt) <= nowMs);
    return Promise.resolve(due.slice(0, limit).map(({ ref }) => ref));
  }

  entities(): Promise<readonly Entity[]> {
    return Promise.resolve([...this.entitiesByKey.values()]);
  }

  entity(ref: EntityRef): Promise<Entity | undefined> {
    return Promise.resolve(this.entitiesByKey.get(refKey(ref)));
  }

  pageEntities(_site: SiteId, kind: EntityKind, page: PageRequest): Promise<Page<Entity>> {
    return Promise.resolve(
      pageOf(
        [...this.entitiesByKey.values()].filter((one) => one.kind === kind),
        page,
      ),
    );
  }

  policyItems(): Promise<readonly PolicyItem[]> {
    return Promise.resolve([...this.items.values()].map(({ value }) => value));
  }

  policyItem(_site: SiteId, type: PolicyItemType, id: string): Promise<Versioned<PolicyItem> | undefined> {
    return Promise.resolve(this.items.get(`${type}/${id}`));
  }

  pagePolicyItems(_site: SiteId, type: PolicyItemType, page: PageRequest): Promise<Page<Versioned<PolicyItem>>> {
    return Promise.resolve(
      pageOf(
        [...this.items.values()].filter(({ value }) => value.type === type),
        page,
      ),
    );
  }

  at(): Promise<SiteReference> {
    const documents = [...this.items.values()].map(({ value }) => value);
    return Promise.resolve({
      references: documents.flatMap((item) => (item.type === 'reference' ? [item.document] : [])),
      indicators: documents.flatMap((item) => (item.type === 'indicator' ? [item.document] : [])),
      protections: documents.flatMap((item) => (item.type === 'protection' ? [item.document] : [])),
    });
  }

  holders(_site: SiteId, aliases: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(pick(this.aliases, aliases));
  }

  page(_site: SiteId, { about, from, ...page }: AuditQuery): Promise<Page<AuditRecord>> {
    const records = this.auditTrail
      .filter(({ at }) => from === undefined || at >= from)
      .filter(({ subject, resource }) => about === undefined || is(subject, about) || is(resource, about));
    return Promise.resolve(pageOf(records, page));
  }

  #holds(write: LedgerWrite): boolean {
    switch (write.write) {
      case 'put-subject':
        return (this.subjects.get(refKey(write.record.ref))?.version ?? 0) === write.expectedVersion;
      case 'put-entity':
        return (this.entitiesByKey.get(refKey(write.entity))?.version ?? 0) === write.expectedVersion;
      case 'delete-entity':
        return this.entitiesByKey.get(refKey(write.ref))?.version === write.expectedVersion;
      case 'take-alias':
        return !this.aliases.has(write.alias);
      case 'free-alias':
        return this.aliases.get(write.alias) === refKey(write.ref);
      case 'put-certificate':
        return !this.certificates.has(write.certificate.thumbprint);
      case 'revoke-certificate':
        return this.certificates.has(write.thumbprint);
      case 'put-claim':
        return !this.claims.has(write.claim.digest);
      case 'put-policy-item':
        return this.#itemVersion(write.item.type, policyItemId(write.item)) === write.expectedVersion;
      case 'delete-policy-item':
        return this.#itemVersion(write.type, write.id) === write.expectedVersion;
      case 'put-withdrawal':
      case 'put-bundle':
        return true;
    }
  }

  #itemVersion(type: PolicyItemType, id: string): number {
    return this.items.get(`${type}/${id}`)?.version ?? 0;
  }

  #apply(write: LedgerWrite): void {
    switch (write.write) {
      case 'put-subject':
        this.subjects.set(refKey(write.record.ref), write.record);
        return;
      case 'put-entity':
        this.entitiesByKey.set(refKey(write.entity), write.entity);
        return;
      case 'delete-entity':
        this.entitiesByKey.delete(refKey(write.ref));
        return;
      case 'take-alias':
        this.aliases.set(write.alias, refKey(write.ref));
        return;
      case 'free-alias':
        this.aliases.delete(write.alias);
        return;
      case 'put-certificate':
        this.certificates.set(write.certificate.thumbprint, write.certificate);
        return;
      case 'revoke-certificate': {
        const held = this.certificates.get(write.thumbprint);
        if (held !== undefined) this.certificates.set(write.thumbprint, { ...held, status: 'revoked' });
        return;
      }
      case 'put-claim':
        this.claims.set(write.claim.digest, write.claim);
        return;
      case 'put-policy-item': {
        const key = `${write.item.type}/${policyItemId(write.item)}`;
        this.items.set(key, { value: write.item, version: write.expectedVersion + 1 });
        return;
      }
      case 'delete-policy-item':
        this.items.delete(`${write.type}/${write.id}`);
        return;
      case 'put-withdrawal': {
        const { kind, id, untilBundleVersion } = write;
        this.withdrawals.push({ kind, id, untilBundleVersion });
        return;
      }
      case 'put-bundle':
        return;
    }
  }
}

const is = (ref: EntityRef | undefined, about: EntityRef): boolean =>
  ref !== undefined && refKey(ref) === refKey(about);

const pick = <T>(all: ReadonlyMap<string, T>, keys: readonly string[]): ReadonlyMap<string, T> =>
  new Map([...all].filter(([key]) => keys.includes(key)));

function pageOf<T>(all: readonly T[], { limit, cursor }: PageRequest): Page<T> {
  const start = cursor === undefined ? 0 : Number(cursor);
  const items = all.slice(start, start + limit);
  return start + limit < all.length ? { items, cursor: String(start + limit) } : { items };
}
