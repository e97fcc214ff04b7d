/**
 * The door for posture reports: who sent it is taken from the connection, its order from `(bootId, seq)`, and everything
 * else must match the contract to the letter. What passes is fit to be assessed; what does not changes nothing.
 */
import type { EntityRef } from '../contracts/identifiers.ts';
import { MAX_POSTURE_REPORT_BYTES, type PostureReport, PostureReportSchema } from '../contracts/posture-report.ts';
import { failure, type Result, success } from '../result.ts';
import type { ReportPosition } from './assessment.ts';

/** How far a reporter's clock may run ahead of ours. NTP keeps to milliseconds; two minutes forgive a drifting RTC. */
export const MAX_FUTURE_SKEW_MS = 120_000;

export type ReportRefusal =
  | 'posture-not-json'
  | 'posture-oversize'
  | 'posture-foreign-thing'
  | 'posture-malformed'
  | 'posture-from-future'
  | 'posture-out-of-order'
  | 'posture-replayed';

export interface ReportArrival {
  readonly bytes: Uint8Array;
  /** Whom the connection authenticated. */
  readonly sender: EntityRef;
  /** The thing named by the topic the report was published to. */
  readonly topicThing: string;
  /** Position of the last accepted report, `null` when there was none. */
  readonly last: ReportPosition | null;
  readonly nowMs: number;
}

/** Judges one arrival. Never throws; messages quote nothing of the payload. */
export function acceptReport(arrival: ReportArrival): Result<PostureReport, ReportRefusal> {
  const { bytes, sender, topicThing, last, nowMs } = arrival;
  if (bytes.byteLength > MAX_POSTURE_REPORT_BYTES) {
    return failure('posture-oversize', `a report has at most ${MAX_POSTURE_REPORT_BYTES} bytes`);
  }
  if (topicThing !== sender.id)
    return failure('posture-foreign-thing', 'the topic names another thing than the sender');
  const document = parseJson(bytes);
  if (document === undefined) return failure('posture-not-json', 'the report is not JSON in UTF-8');
  const parsed = PostureReportSchema.safeParse(document);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.') || 'its top level';
    return failure('posture-malformed', `the report does not match vitalgate.posture-report/1 at ${path}`);
  }
  const report = parsed.data;
  if (statesOneFactorTwice(report)) {
    return failure('posture-malformed', 'a source states one factor twice in the same report');
  }
  if (latestTime(report) > nowMs + MAX_FUTURE_SKEW_MS) {
    return failure('posture-from-future', `the report lies more than ${MAX_FUTURE_SKEW_MS} ms ahead`);
  }
  return last === null ? success(report) : inOrder(report, last);
}

function inOrder(report: PostureReport, last: ReportPosition): Result<PostureReport, ReportRefusal> {
  if (report.bootId !== last.bootId) {
    if (Date.parse(report.reportedAt) > Date.parse(last.reportedAt)) return success(report);
    return failure('posture-out-of-order', 'a report of another boot must be later than the last one');
  }
  if (report.seq > last.seq) return success(report);
  return report.seq === last.seq
    ? failure('posture-replayed', 'this report was accepted before')
    : failure('posture-out-of-order', 'a later report of this boot was accepted before');
}

/** `undefined` for anything that is not one JSON value in well-formed UTF-8. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** Two values for one factor by one source would let a clean one hide a bad one. */
function statesOneFactorTwice(report: PostureReport): boolean {
  const keys = report.factors.map(({ factor, source }) => `${factor}/${source}`);
  return new Set(keys).size < keys.length;
}

const latestTime = (report: PostureReport): number =>
  Math.max(Date.parse(report.reportedAt), ...report.factors.map(({ observedAt }) => Date.parse(observedAt)));
