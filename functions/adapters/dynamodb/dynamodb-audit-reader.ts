/**
 * Reads the audit trail of a site by its index. The index orders by time alone, and one commit writes several records of
 * one moment: so a moment is read whole and ordered here, and a page ends at a place in that order.
 */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type AuditRecord, AuditRecordSchema } from '../../../core/contracts/audit-record.ts';
import { type EntityRef, type SiteId, TimestampSchema } from '../../../core/contracts/identifiers.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import type { AuditQuery, AuditReader } from '../ports/audit-reader.ts';
import type { Page } from '../ports/site-content.ts';
import type { Item } from './documents.ts';

const INDEX = 'by-site';
const READ_AT_ONCE = 500;
/** Where few records match, a page may be short or empty and still have a cursor: no request reads without end. */
const MAX_READS = 20;
/** Before every time; a key condition takes no empty string. */
const BEGINNING = '0';

const PlaceSchema = z.strictObject({ at: TimestampSchema, writer: z.string(), seq: z.int().nonnegative() });
type Place = z.infer<typeof PlaceSchema>;

export class DynamodbAuditReader implements AuditReader {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(documents: DynamoDBDocumentClient, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  async page(site: SiteId, { limit, cursor, about, from }: AuditQuery): Promise<Page<AuditRecord>> {
    const after = cursor === undefined ? undefined : readPlace(cursor);
    const wanted: AuditRecord[] = [];
    let moment: AuditRecord[] = [];
    let place = after;
    let start: Item | undefined;
    for (let reads = 1; ; reads++) {
      const answer = await this.#documents.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: INDEX,
          KeyConditionExpression: '#site = :site AND #at >= :from',
          ExpressionAttributeNames: { '#site': 'site', '#at': 'at' },
          ExpressionAttributeValues: { ':site': site, ':from': after?.at ?? from ?? BEGINNING },
          Limit: READ_AT_ONCE,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      const read = [...moment, ...(answer.Items ?? []).map((item) => AuditRecordSchema.parse(item['record']))];
      start = answer.LastEvaluatedKey;
      // The last moment may go on in what was not read yet.
      const lastAt = read.at(-1)?.at;
      moment = start === undefined ? [] : read.filter(({ at }) => at === lastAt);
      const whole = (start === undefined ? read : read.filter(({ at }) => at !== lastAt)).toSorted(inOrder);
      for (const record of whole) {
        if (after !== undefined && inOrder(record, after) <= 0) continue;
        place = { at: record.at, writer: record.writer, seq: record.seq };
        if (about === undefined || isAbout(record, about)) wanted.push(record);
        if (wanted.length === limit) return { items: wanted, cursor: writePlace(place) };
      }
      if (start === undefined) return { items: wanted };
      if (reads >= MAX_READS && place !== undefined) return { items: wanted, cursor: writePlace(place) };
    }
  }
}

const compare = (left: string | number, right: string | number): number => (left < right ? -1 : Number(left > right));

const inOrder = (left: Place, right: Place): number =>
  compare(left.at, right.at) || compare(left.writer, right.writer) || compare(left.seq, right.seq);

const same = (ref: EntityRef | undefined, { kind, id }: EntityRef): boolean => ref?.kind === kind && ref.id === id;

const isAbout = ({ subject, resource }: AuditRecord, about: EntityRef): boolean =>
  same(subject, about) || same(resource, about);

const writePlace = (place: Place): string => Buffer.from(JSON.stringify(place), 'utf8').toString('base64url');

function readPlace(cursor: string): Place {
  try {
    return PlaceSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new InvalidInputError('ERR_CURSOR', 'the cursor does not belong to this list');
  }
}
