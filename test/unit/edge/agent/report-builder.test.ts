import { describe, expect, it } from 'vitest';
import { entityRef, timestamp } from '../../../../core/contracts/identifiers.ts';
import { MAX_POSTURE_REPORT_BYTES, type PostureFactor } from '../../../../core/contracts/posture-report.ts';
import { acceptReport } from '../../../../core/posture/accept-report.ts';
import { statement } from '../../../../edge/agent/collectors/collector.ts';
import { ReportBuilder } from '../../../../edge/agent/report-builder.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const AT = timestamp(NOW_MS);
const PUMP = entityRef('device', 'north:pump-3');
const BOOT = '7f1c0e3a-9f5f-4a8e-8d5c-0a6f4c1b2d3e';

const accepted = (bytes: Uint8Array) =>
  acceptReport({ bytes, sender: PUMP, topicThing: PUMP.id, last: null, nowMs: NOW_MS });
const longPath = (index: number): string => `/opt/pump/${'x'.repeat(900)}/${index}`;
const files = (count: number): PostureFactor =>
  statement(
    'files',
    Array.from({ length: count }, (_, index) => ({ path: longPath(index), sha256: 'a'.repeat(64), sizeBytes: 1 })),
    AT,
  );
const processes = (count: number): PostureFactor =>
  statement(
    'processes',
    Array.from({ length: count }, (_, index) => ({ name: `p${index}`, executable: longPath(index), count: 1 })),
    AT,
  );

describe('a report', () => {
  it('is what the control plane accepts, numbered without a gap', () => {
    const builder = new ReportBuilder(BOOT);
    const reports = [1, 2, 3].map(() => builder.build([files(2)], NOW_MS));
    expect(reports.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    for (const { bytes } of reports) expect(accepted(bytes)).toMatchObject({ ok: true, value: { bootId: BOOT } });
  });

  it('never exceeds what is accepted, and gives up processes before files', () => {
    const { bytes, trimmed } = new ReportBuilder(BOOT).build([processes(200), files(100)], NOW_MS);
    expect(bytes.length).toBeLessThanOrEqual(MAX_POSTURE_REPORT_BYTES);
    expect(trimmed).toEqual(['processes']);
    const report = accepted(bytes);
    expect(report.ok && report.value.factors.find(({ factor }) => factor === 'files')?.value).toHaveLength(100);
  });

  it('keeps the front of a list of files that alone is too long', () => {
    const { bytes, trimmed } = new ReportBuilder(BOOT).build([processes(10), files(400)], NOW_MS);
    const report = accepted(bytes);
    if (!report.ok) throw new Error(report.message);
    const kept = report.value.factors.find((one) => one.factor === 'files')?.value ?? [];
    expect(kept.length).toBeGreaterThan(50);
    expect(kept[0]?.path).toBe(longPath(0));
    expect(trimmed).toContain('files');
  });
});
