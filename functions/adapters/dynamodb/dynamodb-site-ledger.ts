/**
 * The ledger of a site in DynamoDB: what happened, its proof, what gateways are told and what others must hear are one
 * transaction. Nothing is told that was not written, and nothing written stays untold: the relay sees to what this
 * function could not finish.
 */
import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { sealUpdate } from '../../../core/bundle/seal-state.ts';
import type { SiteId } from '../../../core/contracts/identifiers.ts';
import { VitalgateError } from '../../../core/errors.ts';
import { isSilent, type LedgerIntent } from '../../../core/ledger/ledger-intent.ts';
import { genesisLedger, type LedgerRecord, LedgerRecordSchema } from '../../../core/ledger/ledger-record.ts';
import { type PlannedCommit, planCommit } from '../../../core/ledger/plan-commit.ts';
import { failure, type Result, success } from '../../../core/result.ts';
import type { Surroundings } from '../ports/clock.ts';
import type { SignerSource } from '../ports/signing.ts';
import type { CommitFailure, Committed, SiteLedger } from '../ports/site-ledger.ts';
import type { StatePublisher } from '../ports/state-publisher.ts';
import { type CommitConflict, conflictOf } from './commit-conflict.ts';
import { ledgerKey } from './keys.ts';
import { itemOf, type LedgerTables } from './ledger-items.ts';
import { outboxRowOf, transactionOf } from './ledger-transaction.ts';

/** Others may commit at the same time: each attempt that loses means that another one won. */
const MAX_ATTEMPTS = 30;
const FIRST_WAIT_MS = 4;
const LONGEST_WAIT_MS = 120;

export interface SiteLedgerParts {
  readonly documents: DynamoDBDocumentClient;
  readonly tables: LedgerTables;
  readonly signer: SignerSource;
  readonly publisher: StatePublisher;
  readonly surroundings: Surroundings;
  /** A commit whose publish failed; the relay will repair it. */
  readonly onPublishFailed: (site: SiteId, seq: number, cause: unknown) => void;
}

export class DynamodbSiteLedger implements SiteLedger {
  readonly #parts: SiteLedgerParts;

  constructor(parts: SiteLedgerParts) {
    this.#parts = parts;
  }

  async read(site: SiteId): Promise<LedgerRecord> {
    const { documents, tables } = this.#parts;
    const answer = await documents.send(
      new GetCommand({ TableName: tables.trust, Key: { ...ledgerKey(site) }, ConsistentRead: true }),
    );
    return answer.Item === undefined ? genesisLedger(site) : LedgerRecordSchema.parse(answer.Item['record']);
  }

  async commit(
    site: SiteId,
    intents: readonly LedgerIntent[],
    known?: LedgerRecord,
  ): Promise<Result<Committed, CommitFailure>> {
    let ledger = known ?? (await this.read(site));
    if (intents.every(isSilent)) return this.#writeSilently(site, intents, ledger);
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const plan = planCommit(ledger, intents, this.#parts.surroundings.nowMs());
      if (!plan.ok) return plan;
      const token = plan.value.update === null ? null : await this.#seal(plan.value);
      const conflict = await this.#write(ledger, plan.value, token);
      if (conflict === null) {
        if (token !== null) await this.#publish(plan.value, token);
        return success({ ledger: plan.value.ledger, token });
      }
      if (conflict === 'stale') return stale();
      await this.#wait(attempt);
      ledger = await this.read(site);
    }
    throw new VitalgateError('ERR_LEDGER_BUSY', 'too many changes at once; try again');
  }

  async #writeSilently(
    site: SiteId,
    intents: readonly LedgerIntent[],
    ledger: LedgerRecord,
  ): Promise<Result<Committed, CommitFailure>> {
    const { tables, surroundings } = this.#parts;
    const writes = intents.flatMap((one) => one.writes);
    for (let attempt = 0; writes.length > 0; attempt++) {
      const items = writes.map((write) => itemOf(write, site, tables, surroundings.nowMs()));
      const conflict = await this.#transact(items, Number.NaN);
      if (conflict === null) break;
      if (conflict === 'stale') return stale();
      if (attempt === MAX_ATTEMPTS) throw new VitalgateError('ERR_LEDGER_BUSY', 'too many changes at once; try again');
      await this.#wait(attempt);
    }
    return success({ ledger, token: null });
  }

  async #seal({ update }: PlannedCommit): Promise<string> {
    if (update === null) throw new VitalgateError('ERR_LEDGER_PLAN', 'there is nothing to sign');
    return sealUpdate(update, await this.#parts.signer());
  }

  #write(before: LedgerRecord, plan: PlannedCommit, token: string | null): Promise<CommitConflict | null> {
    const { tables, surroundings } = this.#parts;
    const items = transactionOf(before, plan, { tables, token, nowMs: surroundings.nowMs() });
    return this.#transact(items, 0);
  }

  async #transact(items: ReturnType<typeof transactionOf>, ledgerIndex: number): Promise<CommitConflict | null> {
    try {
      await this.#parts.documents.send(new TransactWriteCommand({ TransactItems: [...items] }));
      return null;
    } catch (cause) {
      const conflict = conflictOf(cause, ledgerIndex);
      if (conflict === undefined) throw cause;
      return conflict;
    }
  }

  async #publish({ ledger }: PlannedCommit, token: string): Promise<void> {
    const { publisher, documents, tables, surroundings, onPublishFailed } = this.#parts;
    try {
      await publisher.publish(ledger.site, 'state', token, ledger.policyRevision);
      const { pk, sk } = outboxRowOf(ledger, token);
      await documents.send(
        new UpdateCommand({
          TableName: tables.trust,
          Key: { pk, sk },
          UpdateExpression: 'SET publishedAtMs = :at',
          ExpressionAttributeValues: { ':at': surroundings.nowMs() },
        }),
      );
    } catch (cause) {
      onPublishFailed(ledger.site, ledger.seq, cause);
    }
  }

  /** Full jitter: losers of one round do not meet again in the next. */
  #wait(attempt: number): Promise<void> {
    const { surroundings } = this.#parts;
    const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
    const [part = 0] = surroundings.randomBytes(1);
    return surroundings.sleep((most * part) / 255);
  }
}

const stale = (): Result<never, 'ledger-stale'> =>
  failure('ledger-stale', 'what this change rests on has changed; read and judge again');
