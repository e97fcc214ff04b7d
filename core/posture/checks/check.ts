/** The form of every posture check: one question, asked of one factor of the report, answered with findings. */
import type { ReferenceValues } from '../../contracts/bundle.ts';
import type { Finding, Severity } from '../../contracts/levels.ts';
import type { PostureFactorName, PostureReport } from '../../contracts/posture-report.ts';
import type { IndicatorIndex } from '../index-indicators.ts';
import type { PostureSubject } from '../subject.ts';

export interface CheckContext {
  readonly report: PostureReport;
  readonly subject: PostureSubject;
  readonly reference: ReferenceValues | null;
  readonly indicators: IndicatorIndex;
  readonly nowMs: number;
}

/** A finding before it is known since when it holds. */
export type FreshFinding = Omit<Finding, 'since'>;

export interface PostureCheck {
  readonly name: string;
  /** The factor it judges; `null` when it judges the report as such. A report without it says nothing to its findings. */
  readonly reads: PostureFactorName | null;
  /** Every code it can find. No two checks share one. */
  readonly codes: readonly string[];
  readonly judge: (context: CheckContext) => readonly FreshFinding[];
}

const TARGET_LIMIT = 200;
const DETAIL_LIMIT = 512;
const SEPARATOR = ': ';

/**
 * @param target what it is about and is recognised by from one report to the next: a path, a process, a port
 * @param text what was expected and seen, without a measure that changes by the minute
 */
export const finding = (code: string, severity: Severity, target: string, text: string): FreshFinding => ({
  code,
  severity,
  detail: printable(`${target.slice(0, TARGET_LIMIT)}${SEPARATOR}${text}`).slice(0, DETAIL_LIMIT),
});

/** Two findings of one key are the same trouble, seen twice. */
export const findingKey = ({ code, detail }: FreshFinding): string => `${code}/${detail.split(SEPARATOR, 1)[0]}`;

/** Names come from the terminal: no control character may reach a log or a screen. */
const printable = (text: string): string => text.replaceAll(/\p{C}/gu, '\u{FFFD}');
