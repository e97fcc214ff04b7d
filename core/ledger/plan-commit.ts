/**
 * From where a site's ledger stands and what shall happen, to everything one transaction writes. Pure: planning again on
 * a newer ledger is how a conflict is resolved.
 */
import { type AuditPosition, appendAudit } from '../audit/audit-chain.ts';
import { updateDigest } from '../bundle/seal-state.ts';
import type { AuditRecord } from '../contracts/audit-record.ts';
import { timestamp } from '../contracts/identifiers.ts';
import type { StateUpdate } from '../contracts/site-state.ts';
import { failure, type Result, success } from '../result.ts';
import type { BrokerEffect, BusEvent, LedgerIntent } from './ledger-intent.ts';
import { cloudWriter, type LedgerRecord } from './ledger-record.ts';
import type { LedgerWrite } from './ledger-write.ts';

export interface PlannedCommit {
  /** Where the ledger stands afterwards. */
  readonly ledger: LedgerRecord;
  /** What gateways are told; `null` when they need not know. */
  readonly update: StateUpdate | null;
  readonly records: readonly AuditRecord[];
  readonly writes: readonly LedgerWrite[];
  readonly events: readonly BusEvent[];
  readonly effects: readonly BrokerEffect[];
}

export type PlanFailure = 'content-changed';
const SEVERAL_CAUSES = 'several-causes';

/**
 * @param intents at least one; {@link groupIntents} keeps them within what one commit holds
 * @returns `content-changed` when a bundle was compiled from content that has changed since: compile again
 */
export function planCommit(
  ledger: LedgerRecord,
  intents: readonly LedgerIntent[],
  nowMs: number,
): Result<PlannedCommit, PlanFailure> {
  const bundle = intents.map((one) => one.bundle).find((one) => one !== undefined);
  if (bundle !== undefined && bundle.contentRevision !== ledger.contentRevision) {
    return failure('content-changed', 'the content has changed since the bundle was compiled');
  }
  const at = timestamp(nowMs);
  const update = planUpdate(ledger, intents, nowMs);
  const records = planAudit(ledger, intents, nowMs);
  const writes = intents.flatMap((one) => one.writes);
  const audit = records.at(-1);
  return success({
    ledger: {
      ...ledger,
      commits: ledger.commits + 1,
      ...(update === null ? {} : { seq: update.seq, digest: updateDigest(update) }),
      ...(bundle === undefined
        ? {}
        : {
            bundleVersion: bundle.version,
            bundleDigest: bundle.digest,
            bundledAt: at,
            bundledRevision: bundle.contentRevision,
          }),
      contentRevision: ledger.contentRevision + Number(writes.some(changesContent)),
      policyRevision: ledger.policyRevision + Number(writes.some(changesPolicy)),
      ...(audit === undefined ? {} : { auditSeq: audit.seq, auditHash: audit.hash }),
    },
    update,
    records,
    writes,
    events: intents.flatMap((one) => one.events),
    effects: intents.flatMap((one) => one.effects),
  });
}

function planUpdate(ledger: LedgerRecord, intents: readonly LedgerIntent[], nowMs: number): StateUpdate | null {
  const telling = intents.filter(({ changes }) => changes.length > 0);
  const causes = new Set(telling.map(({ cause }) => cause));
  const [cause] = causes;
  if (cause === undefined) return null;
  return {
    schema: 'vitalgate.state-update/1',
    site: ledger.site,
    epoch: ledger.epoch,
    seq: ledger.seq + 1,
    issuedAt: timestamp(nowMs),
    previousDigest: ledger.digest,
    cause: causes.size === 1 ? cause : SEVERAL_CAUSES,
    changes: telling.flatMap(({ changes }) => changes),
  };
}

function planAudit(ledger: LedgerRecord, intents: readonly LedgerIntent[], nowMs: number): readonly AuditRecord[] {
  const writer = { site: ledger.site, writer: cloudWriter(ledger.site) };
  let position: AuditPosition = { seq: ledger.auditSeq, hash: ledger.auditHash };
  return intents
    .flatMap(({ audit }) => audit)
    .map((entry) => {
      const record = appendAudit(writer, position, entry, timestamp(nowMs));
      position = record;
      return record;
    });
}

const changesContent = ({ write }: LedgerWrite): boolean =>
  write === 'put-entity' || write === 'delete-entity' || isPolicyWrite(write);

const changesPolicy = (one: LedgerWrite): boolean =>
  isPolicyWrite(one.write) ||
  (one.write === 'put-entity' && one.entity.kind === 'gateway') ||
  (one.write === 'delete-entity' && one.ref.kind === 'gateway');

const isPolicyWrite = (write: LedgerWrite['write']): boolean =>
  write === 'put-policy-item' || write === 'delete-policy-item';
