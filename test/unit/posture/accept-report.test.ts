import { describe, expect, it } from 'vitest';
import { entityId, timestamp } from '../../../core/contracts/identifiers.ts';
import { MAX_POSTURE_REPORT_BYTES, type PostureReport } from '../../../core/contracts/posture-report.ts';
import { acceptReport, MAX_FUTURE_SKEW_MS, type ReportArrival } from '../../../core/posture/accept-report.ts';
import type { ReportPosition } from '../../../core/posture/assessment.ts';
import { BOOT, NOW_MS, OTHER_BOOT, PUMP_REF, pumpReport } from '../../fixtures/posture-samples.ts';

const bytesOf = (document: unknown): Uint8Array => Buffer.from(JSON.stringify(document), 'utf8');

const arrival = (payload: PostureReport | Uint8Array, more: Partial<ReportArrival> = {}): ReportArrival => ({
  bytes: payload instanceof Uint8Array ? payload : bytesOf(payload),
  sender: PUMP_REF,
  topicThing: 'north:pump-3',
  last: null,
  nowMs: NOW_MS,
  ...more,
});

const codeOf = (input: ReportArrival): string => {
  const result = acceptReport(input);
  return result.ok ? 'accepted' : result.code;
};

const last = (bootId: string, seq: number, reportedAtMs: number): ReportPosition => ({
  bootId,
  seq,
  reportedAt: timestamp(reportedAtMs),
});

describe('acceptReport', () => {
  it('accepts a whole report and hands it on as it was sent', () => {
    const report = pumpReport();
    expect(acceptReport(arrival(report))).toEqual({ ok: true, value: report });
  });

  it.each([
    ['nothing', ''],
    ['half a document', '{"schema":'],
    ['two documents', '{} {}'],
    ['a byte order mark', '\u{FEFF}{}'],
  ])('refuses %s as not JSON', (_, text) => {
    expect(codeOf(arrival(Buffer.from(text, 'utf8')))).toBe('posture-not-json');
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(codeOf(arrival(Buffer.from([0x22, 0xff, 0xfe, 0x22])))).toBe('posture-not-json');
  });

  it('refuses one byte more than the limit without reading it', () => {
    expect(codeOf(arrival(Buffer.alloc(MAX_POSTURE_REPORT_BYTES + 1, 0x20)))).toBe('posture-oversize');
    expect(codeOf(arrival(Buffer.alloc(MAX_POSTURE_REPORT_BYTES, 0x20)))).toBe('posture-not-json');
  });

  it('refuses a report published for another thing, whatever it says', () => {
    expect(codeOf(arrival(pumpReport(), { topicThing: 'north:pump-4' }))).toBe('posture-foreign-thing');
    const sender = { kind: 'device', id: entityId('south:pump-3') } as const;
    expect(codeOf(arrival(pumpReport(), { sender }))).toBe('posture-foreign-thing');
  });

  it.each<[string, (report: Record<string, unknown>) => unknown]>([
    ['an unknown key', (report) => ({ ...report, grade: 'A' })],
    ['a prototype key', (report) => JSON.parse(`{"__proto__":{},${JSON.stringify(report).slice(1)}`)],
    ['another schema version', (report) => ({ ...report, schema: 'vitalgate.posture-report/9' })],
    ['no factors', (report) => ({ ...report, factors: [] })],
    ['an unknown factor', (report) => ({ ...report, factors: [{ factor: 'mood', value: 'fine' }] })],
    ['a fractional sequence number', (report) => ({ ...report, seq: 1.5 })],
    ['a negative sequence number', (report) => ({ ...report, seq: -1 })],
    ['a boot id that is none', (report) => ({ ...report, bootId: 'first' })],
    ['a time with an offset', (report) => ({ ...report, reportedAt: '2026-11-23T13:00:00+01:00' })],
    ['a list', (report) => [report]],
    ['null', () => null],
  ])('refuses %s as malformed', (_, change) => {
    expect(codeOf(arrival(bytesOf(change({ ...pumpReport() }))))).toBe('posture-malformed');
  });

  it('refuses a source that states one factor twice: a clean list must not hide a bad one', () => {
    const report = pumpReport();
    const twice = { ...report, factors: [...report.factors, ...report.factors.slice(0, 1)] };
    expect(codeOf(arrival(bytesOf(twice)))).toBe('posture-malformed');
  });

  it('quotes nothing of the payload when it refuses', () => {
    const result = acceptReport(arrival(bytesOf({ ...pumpReport(), 'patient-name': 'Wang' })));
    expect(JSON.stringify(result)).not.toMatch(/patient|Wang/);
  });

  it('forgives a clock that runs ahead up to the limit and no further', () => {
    const at = (reportedAtMs: number) => arrival(pumpReport({}, { reportedAtMs }));
    expect(codeOf(at(NOW_MS + MAX_FUTURE_SKEW_MS))).toBe('accepted');
    expect(codeOf(at(NOW_MS + MAX_FUTURE_SKEW_MS + 1))).toBe('posture-from-future');
  });

  it('refuses a factor observed in the future of a present report', () => {
    const report = pumpReport({}, { observedAtMs: NOW_MS + MAX_FUTURE_SKEW_MS + 1 });
    expect(codeOf(arrival(report))).toBe('posture-from-future');
  });

  describe('in the same boot', () => {
    const position = last(BOOT, 5, NOW_MS);
    it.each([
      [6, 'accepted'],
      [600, 'accepted'],
      [5, 'posture-replayed'],
      [4, 'posture-out-of-order'],
      [0, 'posture-out-of-order'],
    ])('seq %i after 5 is %s', (seq, code) => {
      expect(codeOf(arrival(pumpReport({}, { seq }), { last: position }))).toBe(code);
    });

    it('goes by seq although the clock was set back', () => {
      const report = pumpReport({}, { seq: 6, reportedAtMs: NOW_MS - 3_600_000 });
      expect(codeOf(arrival(report, { last: position }))).toBe('accepted');
    });
  });

  it('takes another boot only when it is later than the last report', () => {
    const position = last(BOOT, 5, NOW_MS - 1000);
    const other = (reportedAtMs: number) =>
      arrival(pumpReport({}, { bootId: OTHER_BOOT, seq: 0, reportedAtMs }), { last: position });
    expect(codeOf(other(NOW_MS))).toBe('accepted');
    expect(codeOf(other(NOW_MS - 1000))).toBe('posture-out-of-order');
    expect(codeOf(other(NOW_MS - 2000))).toBe('posture-out-of-order');
  });
});
