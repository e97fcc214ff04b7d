/**
 * A site's state at the position of its ledger. A cold function reads all subjects once; a warm one reads the ledger and
 * the few updates since.
 */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { SiteId } from '../../../core/contracts/identifiers.ts';
import { type StateUpdate, StateUpdateSchema, SubjectStateSchema } from '../../../core/contracts/site-state.ts';
import { VitalgateError } from '../../../core/errors.ts';
import type { LedgerRecord } from '../../../core/ledger/ledger-record.ts';
import { LedgerView, type Withdrawal } from '../../../core/ledger/ledger-view.ts';
import { SubjectRecordSchema } from '../../../core/ledger/subject-record.ts';
import type { SiteStateSource } from '../ports/site-state-source.ts';
import { queryAll } from './documents.ts';
import { outboxKey, SUBJECT_PREFIX, sitePartition, WITHDRAWN_PREFIX } from './keys.ts';

const MAX_ATTEMPTS = 4;
/** Further behind than this, reading everything is the shorter way. */
const MAX_UPDATES = 500;

export class DynamodbSiteState implements SiteStateSource {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #readLedger: (site: SiteId) => Promise<LedgerRecord>;
  readonly #views = new Map<SiteId, LedgerView>();

  /** @param table the trust table */
  constructor(documents: DynamoDBDocumentClient, table: string, readLedger: (site: SiteId) => Promise<LedgerRecord>) {
    this.#documents = documents;
    this.#table = table;
    this.#readLedger = readLedger;
  }

  async current(site: SiteId): Promise<{ readonly ledger: LedgerRecord; readonly view: LedgerView }> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const view = this.#views.get(site) ?? (await this.#readAll(site));
      const ledger = await this.#readLedger(site);
      if (await this.#catchUp(view, ledger)) {
        this.#views.set(site, view);
        return { ledger, view };
      }
      this.#views.delete(site);
    }
    throw new VitalgateError('ERR_STATE_UNSETTLED', 'the state of the site is changing too fast; try again');
  }

  /** The ledger first: whatever is newer among the subjects is repeated by the updates that follow. */
  async #readAll(site: SiteId): Promise<LedgerView> {
    const ledger = await this.#readLedger(site);
    const pk = sitePartition(site);
    const [subjects, withdrawals] = await Promise.all([
      queryAll(this.#documents, { table: this.#table, pk, prefix: SUBJECT_PREFIX }),
      queryAll(this.#documents, { table: this.#table, pk, prefix: WITHDRAWN_PREFIX }),
    ]);
    return new LedgerView(
      ledger,
      subjects
        .map((item) => SubjectRecordSchema.parse(item['record']).announced)
        .filter((announced) => announced !== null)
        .map((announced) => SubjectStateSchema.parse(announced)),
      withdrawals.map((item) => item['withdrawal'] as Withdrawal),
    );
  }

  async #catchUp(view: LedgerView, ledger: LedgerRecord): Promise<boolean> {
    const { epoch, seq, digest } = view.position;
    if (ledger.epoch !== epoch || ledger.seq < seq || ledger.seq - seq > MAX_UPDATES) return false;
    if (ledger.seq === seq) return ledger.digest === digest;
    for (const update of await this.#updates(ledger.site, seq + 1, ledger.seq)) {
      if (!view.apply(update)) return false;
    }
    return view.position.digest === ledger.digest;
  }

  async #updates(site: SiteId, first: number, last: number): Promise<readonly StateUpdate[]> {
    const tokens: string[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const answer = await this.#documents.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':pk': sitePartition(site),
            ':first': outboxKey(site, first).sk,
            ':last': outboxKey(site, last).sk,
          },
          ConsistentRead: true,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      tokens.push(...(answer.Items ?? []).map((item) => String(item['token'])));
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
    return tokens.map(updateOf);
  }
}

/** From our own table, at a digest that the ledger names: the signature is for those who get it from elsewhere. */
const updateOf = (token: string): StateUpdate =>
  StateUpdateSchema.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
