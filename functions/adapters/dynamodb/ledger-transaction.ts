/** The whole of one commit as the items of one transaction. The ledger comes first. */
import { type LedgerRecord, LedgerRecordSchema } from '../../../core/ledger/ledger-record.ts';
import type { PlannedCommit } from '../../../core/ledger/plan-commit.ts';
import type { OutboxRow } from '../ports/outbox.ts';
import { auditKey, eventsKey, type ItemKey, ledgerKey, outboxKey } from './keys.ts';
import { itemOf, type LedgerTables, type TransactItem } from './ledger-items.ts';

/** Longer than any relay is behind and any gateway asks for what it missed; then a snapshot is the way. */
const OUTBOX_KEPT_SECONDS = 24 * 3600;

export const outboxRowOf = (ledger: LedgerRecord, token: string | null): ItemKey =>
  token === null ? eventsKey(ledger.site, ledger.commits) : outboxKey(ledger.site, ledger.seq);

export interface TransactionParts {
  readonly tables: LedgerTables;
  readonly token: string | null;
  readonly nowMs: number;
}

export function transactionOf(
  before: LedgerRecord,
  plan: PlannedCommit,
  { tables, token, nowMs }: TransactionParts,
): readonly TransactItem[] {
  const { ledger, records, writes, events, effects } = plan;
  const tells = token !== null || events.length + effects.length > 0;
  const row: OutboxRow = {
    ...outboxRowOf(ledger, token),
    site: ledger.site,
    seq: ledger.seq,
    policyRevision: ledger.policyRevision,
    ...(token === null ? {} : { token }),
    events: [...events].map(({ type, detail }) => ({ type, detail: { ...detail } })),
    effects: [...effects],
    createdAtMs: nowMs,
  };
  const expiresAtEpochSeconds = Math.ceil(nowMs / 1000) + OUTBOX_KEPT_SECONDS;
  return [
    ledgerItem(before, ledger, tables.trust),
    ...(tells ? [newItem(tables.trust, { ...row, expiresAtEpochSeconds })] : []),
    ...records.map((record) =>
      newItem(tables.audit, { ...auditKey(record.writer, record.seq), site: record.site, at: record.at, record }),
    ),
    ...writes.map((write) => itemOf(write, ledger.site, tables, nowMs)),
  ];
}

function ledgerItem(before: LedgerRecord, after: LedgerRecord, table: string): TransactItem {
  const item = { ...ledgerKey(after.site), record: LedgerRecordSchema.parse(after) };
  if (before.commits === 0) return newItem(table, item);
  return {
    Put: {
      TableName: table,
      Item: item,
      ConditionExpression: '#record.#commits = :commits AND #record.#seq = :seq AND #record.#digest = :digest',
      ExpressionAttributeNames: { '#record': 'record', '#commits': 'commits', '#seq': 'seq', '#digest': 'digest' },
      ExpressionAttributeValues: { ':commits': before.commits, ':seq': before.seq, ':digest': before.digest },
    },
  };
}

const newItem = (table: string, item: object): TransactItem => ({
  Put: { TableName: table, Item: { ...item }, ConditionExpression: 'attribute_not_exists(pk)' },
});
