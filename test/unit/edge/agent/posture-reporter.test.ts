import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { PostureReport } from '../../../../core/contracts/posture-report.ts';
import { sha256Hex } from '../../../../core/signing/digest.ts';
import type { AnyCollector } from '../../../../edge/agent/collectors/collector.ts';
import { createFilesCollector } from '../../../../edge/agent/collectors/files.ts';
import { DirectoryWatcher } from '../../../../edge/agent/directory-watcher.ts';
import { FileHasher } from '../../../../edge/agent/file-hasher.ts';
import { PostureCollection } from '../../../../edge/agent/posture-collection.ts';
import { PostureReporter } from '../../../../edge/agent/posture-reporter.ts';
import { ReportBuilder } from '../../../../edge/agent/report-builder.ts';
import { WatchedRoots } from '../../../../edge/agent/watched-roots.ts';
import { recordedLog } from './recorded-log.ts';
import { temporaryDirectory } from './temporary-directory.ts';

interface Told {
  readonly report: PostureReport;
  readonly cause: string;
}

function watching(folder: string, others: readonly AnyCollector[] = [], intervalMs = 3_600_000) {
  const recorded = recordedLog();
  const told: Told[] = [];
  const watcher = new DirectoryWatcher(() => reporter.filesChanged(), recorded.log);
  const files = createFilesCollector({
    roots: new WatchedRoots([{ path: folder, reportedAs: '/opt/pump' }]),
    hasher: new FileHasher(1_000_000),
    walked: (directories) => watcher.match(directories),
  });
  const reporter = new PostureReporter({
    collection: new PostureCollection([files, ...others], Date.now, recorded.log),
    builder: new ReportBuilder('7f1c0e3a-9f5f-4a8e-8d5c-0a6f4c1b2d3e'),
    offer: ({ bytes }, cause) => void told.push({ report: JSON.parse(bytes.toString()) as PostureReport, cause }),
    intervalMs,
    nowMs: Date.now,
    log: recorded.log,
  });
  onTestFinished(async () => {
    watcher.close();
    await reporter.close();
  });
  reporter.start();
  const hashes = (): string[] =>
    (told.at(-1)?.report.factors.find((one) => one.factor === 'files')?.value ?? []).map(({ sha256 }) => sha256 ?? '');
  return { told, reporter, hashes, ...recorded };
}

describe('the posture reporter', () => {
  it('tells of a new file at once, with its hash, without waiting for the timer', async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'firmware.bin'), 'firmware');
    const { told, hashes } = watching(folder);
    await vi.waitFor(() => expect(hashes()).toEqual([sha256Hex('firmware')]));
    writeFileSync(join(folder, 'implant'), 'malicious');
    await vi.waitFor(() => expect(hashes()).toEqual([sha256Hex('malicious'), sha256Hex('firmware')]));
    expect(told.at(-1)?.cause).toBe('change');
    rmSync(join(folder, 'implant'));
    await vi.waitFor(() => expect(hashes()).toEqual([sha256Hex('firmware')]));
  });

  it('sees a file in a directory that was made a moment before it', async () => {
    const folder = temporaryDirectory();
    const { hashes, told } = watching(folder);
    await vi.waitFor(() => expect(told).toHaveLength(1));
    mkdirSync(join(folder, 'a', 'b', 'c'), { recursive: true });
    writeFileSync(join(folder, 'a', 'b', 'c', 'implant'), 'malicious');
    await vi.waitFor(() => expect(hashes()).toEqual([sha256Hex('malicious')]));
  });

  it('goes on watching a directory that was removed and made again', async () => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, 'sub'));
    const { hashes, told } = watching(folder);
    await vi.waitFor(() => expect(told).toHaveLength(1));
    rmSync(join(folder, 'sub'), { recursive: true });
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub', 'one'), '1');
    await vi.waitFor(() => expect(hashes()).toEqual([sha256Hex('1')]));
    writeFileSync(join(folder, 'sub', 'two'), '2');
    await vi.waitFor(() => expect(hashes()).toHaveLength(2));
  });

  it('sends no report when files were touched and are the same', async () => {
    const folder = temporaryDirectory();
    const path = join(folder, 'log');
    writeFileSync(path, 'same');
    const { told } = watching(folder);
    await vi.waitFor(() => expect(told).toHaveLength(1));
    for (let round = 0; round < 5; round += 1) {
      writeFileSync(path, 'same');
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    const said = told.filter(({ report }) => JSON.stringify(report.factors).includes(sha256Hex('same')));
    // A write empties the file before it fills it; what lies in between may be told, but the same is not told twice.
    expect(said.length).toBeLessThanOrEqual(1 + told.length - said.length);
  });

  it('does not flood: a steady stream of changes is told in few reports, and its end always is', async () => {
    const folder = temporaryDirectory();
    const { told, hashes } = watching(folder);
    await vi.waitFor(() => expect(told).toHaveLength(1));
    for (let index = 0; index < 60; index += 1) {
      writeFileSync(join(folder, 'changing'), String(index));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await vi.waitFor(() => expect(hashes()).toEqual([sha256Hex('59')]), 6_000);
    expect(told.length).toBeLessThan(20);
  });

  it('reports everything by the timer, and only files for a change of files', async () => {
    const folder = temporaryDirectory();
    let collected = 0;
    const disk: AnyCollector = {
      factor: 'disk',
      collect: () => {
        collected += 1;
        return Promise.resolve([{ mount: '/', usedPercent: 5 }]);
      },
    };
    const { told, reporter } = watching(folder, [disk]);
    await vi.waitFor(() => expect(told).toHaveLength(1));
    writeFileSync(join(folder, 'new'), 'new');
    await vi.waitFor(() => expect(told).toHaveLength(2));
    expect(collected).toBe(1);
    expect(told[1]?.report.factors.map(({ factor }) => factor).toSorted()).toEqual(['disk', 'files']);
    reporter.collectNow();
    await vi.waitFor(() => expect(told).toHaveLength(3));
    expect(collected).toBe(2);
  });

  it('leaves a part out that cannot be collected any more, instead of repeating what was true before', async () => {
    const readings = [Promise.resolve({ offsetMs: 0, synchronized: true }), Promise.reject(new Error('broken'))];
    readings[1]?.catch(() => undefined);
    const clock: AnyCollector = {
      factor: 'clock',
      collect: () => readings.shift() ?? Promise.resolve(undefined),
    };
    const { told, reporter, codes } = watching(temporaryDirectory(), [clock]);
    await vi.waitFor(() => expect(told[0]?.report.factors).toHaveLength(2));
    reporter.collectNow();
    await vi.waitFor(() => expect(told[1]?.report.factors.map(({ factor }) => factor)).toEqual(['files']));
    expect(codes()).toContain('collector-failed');
  });
});
