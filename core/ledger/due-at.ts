/** When a subject must be judged again although nothing is heard of it. */
import type { Entity } from '../contracts/entities.ts';
import { type Timestamp, timestamp } from '../contracts/identifiers.ts';
import { ceilingOfAge, SILENT_AFTER_MS } from '../posture/grade.ts';
import { ownedUntilMs } from './owned.ts';
import type { SubjectRecord } from './subject-record.ts';

/** Half the longest time that a trust state is valid: one that ends only because none lasts for ever is renewed in time. */
const JUDGED_AT_LEAST_MS = 12 * 3_600_000;
/** A week of silence: no step lies beyond it. */
const LAST_SILENT_STEP = (7 * 24 * 3_600_000) / SILENT_AFTER_MS;

/** A person's word on a system is looked at again by people, not by a clock that expects reports. */
export const isReported = ({ assessment }: SubjectRecord): boolean =>
  assessment !== null && assessment.evidence.source !== 'person';

/** @returns `null` for what nothing changes by itself */
export function dueAt(record: SubjectRecord, entity: Entity, nowMs: number): Timestamp | null {
  if (record.state === 'retired') return null;
  const moments = [trustDueMs(record), silenceDueMs(record, nowMs), certificateDueMs(record, nowMs)];
  const owned = ownedUntilMs(entity, nowMs);
  const soonest = Math.min(...moments, owned ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(soonest) ? timestamp(Math.max(soonest, nowMs)) : null;
}

function trustDueMs({ trust }: SubjectRecord): number {
  if (trust === null) return Number.POSITIVE_INFINITY;
  return Math.min(Date.parse(trust.validUntil), Date.parse(trust.evaluatedAt) + JUDGED_AT_LEAST_MS);
}

/** The next age at which silence lowers the grade further; the steps of that table are whole multiples of the first. */
function silenceDueMs(record: SubjectRecord, nowMs: number): number {
  if (record.assessment === null || !isReported(record)) return Number.POSITIVE_INFINITY;
  const heardMs = Date.parse(record.assessment.position.reportedAt);
  const gradeNow = ceilingOfAge(nowMs - heardMs)?.grade;
  const firstStep = Math.max(1, Math.floor((nowMs - heardMs) / SILENT_AFTER_MS) + 1);
  for (let step = firstStep; step <= LAST_SILENT_STEP; step++) {
    if (ceilingOfAge(step * SILENT_AFTER_MS)?.grade !== gradeNow) return heardMs + step * SILENT_AFTER_MS;
  }
  return Number.POSITIVE_INFINITY;
}

function certificateDueMs({ certificates }: SubjectRecord, nowMs: number): number {
  const ends = certificates
    .filter(({ status }) => status === 'active')
    .map(({ notAfter }) => Date.parse(notAfter))
    .filter((end) => end > nowMs);
  return Math.min(Number.POSITIVE_INFINITY, ...ends);
}
