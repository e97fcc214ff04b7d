import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createBackoff } from '../../../../edge/agent/backoff.ts';
import type { BuiltReport } from '../../../../edge/agent/report-builder.ts';
import { ReportChannel, type SendOutcome } from '../../../../edge/agent/report-channel.ts';
import { recordedLog } from './recorded-log.ts';

const report = (seq: number): BuiltReport => ({ seq, bytes: Buffer.from(String(seq)), trimmed: [] });

function channel(send: (report: BuiltReport) => Promise<SendOutcome>, waitMs = 1) {
  const recorded = recordedLog();
  const made = new ReportChannel({
    name: 'test',
    send,
    backoff: createBackoff(waitMs, waitMs, () => 1),
    log: recorded.log,
  });
  onTestFinished(() => made.close());
  return { channel: made, ...recorded };
}

/** A way that is down until it is opened. */
function gate() {
  const sent: number[] = [];
  let open = false;
  return {
    sent,
    open: () => {
      open = true;
    },
    send: ({ seq }: BuiltReport): Promise<SendOutcome> => {
      if (!open) return Promise.reject(new Error('down'));
      sent.push(seq);
      return Promise.resolve({ outcome: 'taken' });
    },
  };
}

describe('a report channel', () => {
  it('sends in order, one at a time', async () => {
    let running = 0;
    const sent: number[] = [];
    const { channel: made } = channel(async ({ seq }) => {
      running += 1;
      expect(running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 2));
      sent.push(seq);
      running -= 1;
      return { outcome: 'taken' };
    });
    for (const seq of [1, 2, 3]) made.offer(report(seq), 'change');
    await vi.waitFor(() => expect(sent).toEqual([1, 2, 3]));
  });

  it('keeps every change while the way is down, and of routine reports in a row the newest', async () => {
    const way = gate();
    const { channel: made } = channel(way.send);
    made.offer(report(1), 'change');
    made.offer(report(2), 'routine');
    made.offer(report(3), 'routine');
    made.offer(report(4), 'change');
    made.offer(report(5), 'routine');
    made.offer(report(6), 'routine');
    expect(made.waiting).toBe(4);
    way.open();
    await vi.waitFor(() => expect(way.sent).toEqual([1, 3, 4, 6]));
  });

  it('lets the oldest go when too many wait', async () => {
    const way = gate();
    const { channel: made } = channel(way.send);
    for (let seq = 1; seq <= 200; seq += 1) made.offer(report(seq), 'change');
    expect(made.waiting).toBe(64);
    way.open();
    await vi.waitFor(() => expect(way.sent.at(-1)).toBe(200));
    expect(way.sent.slice(-60)).toEqual(Array.from({ length: 60 }, (_, index) => 141 + index));
  });

  it('drops a report that is refused for good and goes on with the next', async () => {
    const sent: number[] = [];
    const { channel: made, lines } = channel(({ seq }) => {
      sent.push(seq);
      return Promise.resolve(seq === 1 ? { outcome: 'refused', code: 'posture-malformed' } : { outcome: 'taken' });
    });
    made.offer(report(1), 'change');
    made.offer(report(2), 'change');
    await vi.waitFor(() => expect(sent).toEqual([1, 2]));
    expect(lines[0]).toEqual({
      code: 'report-refused',
      fields: { channel: 'test', seq: 1, refusal: 'posture-malformed' },
    });
  });

  it('tries again at once when it is woken', async () => {
    const way = gate();
    const { channel: made, codes } = channel(way.send, 3_600_000);
    made.offer(report(1), 'change');
    await vi.waitFor(() => expect(codes()).toContain('report-delayed'));
    way.open();
    made.wake();
    await vi.waitFor(() => expect(way.sent).toEqual([1]));
  });

  it('sends nothing more once it is closed', async () => {
    const way = gate();
    const { channel: made } = channel(way.send, 3_600_000);
    made.offer(report(1), 'change');
    made.close();
    way.open();
    made.offer(report(2), 'change');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(way.sent).toEqual([]);
  });
});
