import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { release } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { sha256Hex } from '../../../../../core/signing/digest.ts';
import { SYSTEM_PATHS } from '../../../../../edge/agent/collectors/collector.ts';
import { createContainersCollector } from '../../../../../edge/agent/collectors/containers.ts';
import { createDiskCollector, parseMountInfo } from '../../../../../edge/agent/collectors/disk.ts';
import {
  createOperatingSystemCollector,
  parseOsRelease,
} from '../../../../../edge/agent/collectors/operating-system.ts';
import { createProcessesCollector } from '../../../../../edge/agent/collectors/processes.ts';
import { createSessionCollector } from '../../../../../edge/agent/collectors/session.ts';
import { FileHasher } from '../../../../../edge/agent/file-hasher.ts';
import { parseStat } from '../../../../../edge/agent/proc.ts';
import { WatchedRoots } from '../../../../../edge/agent/watched-roots.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const hasher = (): FileHasher => new FileHasher(1_000_000_000);

describe('the operating system', () => {
  it('is told as os-release and the kernel name it, with the firmware of the file', async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'os-release'), 'NAME="Pump Linux"\nVERSION_ID=4.2\nPRETTY_NAME="x"\n');
    writeFileSync(join(folder, 'version'), '4.2.1\nbuilt on a Tuesday\n');
    const collector = createOperatingSystemCollector({ ...SYSTEM_PATHS, etc: folder }, join(folder, 'version'));
    expect(await collector.collect()).toEqual({
      name: 'Pump Linux',
      version: '4.2',
      kernel: release(),
      firmware: '4.2.1',
    });
  });

  it('is read in every quoting that os-release allows', () => {
    const fields = parseOsRelease('# comment\nNAME=Debian\nVERSION="12 \\"bookworm\\""\nID=\'debian\'\n');
    expect(Object.fromEntries(fields)).toEqual({ NAME: 'Debian', VERSION: '12 "bookworm"', ID: 'debian' });
  });
});

describe('processes', () => {
  it('are told with the hash of a program that runs from a watched directory, even after its file is gone', async () => {
    const folder = temporaryDirectory();
    const program = join(folder, 'implant');
    copyFileSync('/bin/sleep', program);
    chmodSync(program, 0o755);
    const child = spawn(program, ['60']);
    onTestFinished(() => void child.kill('SIGKILL'));
    const roots = new WatchedRoots([{ path: folder, reportedAs: '/opt/pump' }]);
    const collector = createProcessesCollector(SYSTEM_PATHS, roots, hasher());
    const expected = {
      name: 'implant',
      executable: '/opt/pump/implant',
      count: 1,
      sha256: sha256Hex(readFileSync('/bin/sleep')),
    };
    await vi.waitFor(async () => expect(await collector.collect()).toContainEqual(expected));
    rmSync(program);
    expect(await collector.collect()).toContainEqual(expected);
  });

  it('hold no kernel thread and each program once with its count', async () => {
    const list = await createProcessesCollector(SYSTEM_PATHS, new WatchedRoots([]), hasher()).collect();
    const names = list?.map(({ name, executable }) => `${name} ${executable}`) ?? [];
    expect(names).toContainEqual(expect.stringContaining(process.execPath));
    expect(names.some((name) => name.startsWith('kthreadd'))).toBe(false);
  });

  it('are read right when a name holds parentheses and spaces', () => {
    const text = `42 (a) (b c)) S 1 42 7 34816 42 ${0x20_0000 | 64} 0`;
    expect(parseStat(text)).toEqual({ name: 'a) (b c)', session: 7, terminal: 34816, isKernelThread: true });
  });
});

describe('the session', () => {
  const proc = (entries: Readonly<Record<string, string>>): string => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'stat'), 'cpu 1 2 3\nbtime 1790000000\n');
    for (const [pid, stat] of Object.entries(entries)) {
      mkdirSync(join(folder, pid));
      writeFileSync(join(folder, pid, 'stat'), stat);
    }
    return folder;
  };
  const collect = (folder: string) => createSessionCollector({ ...SYSTEM_PATHS, proc: folder }).collect();

  it('tells since when the system runs', async () => {
    expect((await collect(proc({})))?.bootedAt).toBe('2026-09-21T14:13:20.000Z');
  });

  it('counts sessions at a terminal once each, and no waiting login prompt', async () => {
    const folder = proc({
      100: '100 (bash) S 1 100 100 34816 1 0',
      101: '101 (vi) S 100 101 100 34816 1 0',
      200: '200 (sshd) S 1 200 200 34817 1 0',
      300: '300 (agetty) S 1 300 300 1025 1 0',
      400: '400 (pumpd) S 1 400 400 0 1 0',
    });
    expect((await collect(folder))?.interactiveUsers).toBe(2);
  });
});

describe('disks', () => {
  it('are told for the root and for the file systems of watched directories, once each', async () => {
    const roots = new WatchedRoots([{ path: temporaryDirectory() }, { path: '/proc/self' }]);
    const disks = await createDiskCollector(SYSTEM_PATHS, roots).collect();
    expect(disks?.filter(({ mount }) => mount === '/')).toHaveLength(1);
    expect(disks?.every(({ usedPercent }) => usedPercent >= 0 && usedPercent <= 100)).toBe(true);
  });

  it('are told as encrypted when the device lies on a dm-crypt target', async () => {
    const [proc, sys] = [temporaryDirectory(), temporaryDirectory()];
    mkdirSync(join(proc, 'self'));
    writeFileSync(join(proc, 'self', 'mountinfo'), '22 1 254:1 / / rw - ext4 /dev/mapper/root rw\n');
    mkdirSync(join(sys, 'dev', 'block', '254:1', 'slaves', 'dm-0'), { recursive: true });
    writeFileSync(join(sys, 'dev', 'block', '254:1', 'slaves', 'dm-0', 'dev'), '254:0\n');
    mkdirSync(join(sys, 'dev', 'block', '254:0', 'dm'), { recursive: true });
    writeFileSync(join(sys, 'dev', 'block', '254:0', 'dm', 'uuid'), 'CRYPT-LUKS2-0123-root\n');
    const disks = await createDiskCollector({ ...SYSTEM_PATHS, proc, sys }, new WatchedRoots([])).collect();
    expect(disks).toEqual([expect.objectContaining({ mount: '/', encrypted: true })]);
  });

  it('are not called unencrypted when this system cannot know', async () => {
    const disks = await createDiskCollector(SYSTEM_PATHS, new WatchedRoots([])).collect();
    expect(disks?.some(({ encrypted }) => encrypted === false)).toBe(false);
  });

  it('are found by mount points with spaces', () => {
    expect(parseMountInfo('1 2 8:1 / /mnt/my\\040disk rw - ext4 x rw')).toEqual([
      { device: '8:1', point: '/mnt/my disk' },
    ]);
  });
});

describe('containers', () => {
  const engine = async (inspect: object): Promise<string> => {
    const run = temporaryDirectory();
    const server = createServer((request, response) => {
      const body = request.url === '/v1.41/containers/json' ? [{ Id: 'abc123' }] : inspect;
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(join(run, 'docker.sock'), resolve));
    onTestFinished(() => void server.close());
    return run;
  };

  it('are told with image, digest and privilege where an engine answers', async () => {
    const run = await engine({
      Name: '/viewer',
      Image: 'sha256:0123',
      Config: { Image: 'dicom-viewer:3' },
      HostConfig: { Privileged: true },
    });
    expect(await createContainersCollector({ ...SYSTEM_PATHS, run }).collect()).toEqual([
      { name: 'viewer', image: 'dicom-viewer:3', imageDigest: 'sha256:0123', privileged: true },
    ]);
  });

  it('are not told as none where no engine can be asked', async () => {
    expect(await createContainersCollector({ ...SYSTEM_PATHS, run: temporaryDirectory() }).collect()).toBeUndefined();
  });

  it('fail when the engine answers something else', async () => {
    const run = await engine({ unexpected: true });
    await expect(createContainersCollector({ ...SYSTEM_PATHS, run }).collect()).rejects.toThrow();
  });
});
