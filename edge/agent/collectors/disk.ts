/** How full the file systems are that matter here (the root and those of watched directories), and whether encrypted. */
import { readdir, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { WatchedRoots } from '../watched-roots.ts';
import { bounded, type Collector, type FactorValue, type SystemPaths } from './collector.ts';

const PATH_LIMIT = 1024;
const MAX_DEPTH = 8;

interface Mount {
  readonly point: string;
  /** `major:minor` */
  readonly device: string;
}

export function createDiskCollector(paths: SystemPaths, roots: WatchedRoots): Collector<'disk'> {
  return {
    factor: 'disk',
    async collect() {
      const mounts = parseMountInfo(await readFile(join(paths.proc, 'self', 'mountinfo'), 'utf8'));
      const wanted = ['/', ...roots.paths].map((path) => mountOf(mounts, path)).filter((mount) => mount !== undefined);
      const disks: FactorValue<'disk'> = [];
      for (const mount of new Map(wanted.map((one) => [one.point, one])).values()) {
        const usedPercent = await usedPercentOf(mount.point);
        if (usedPercent === undefined) continue;
        const encrypted = await isEncrypted(paths.sys, mount.device);
        disks.push({ mount: bounded(mount.point, PATH_LIMIT), usedPercent, ...(encrypted && { encrypted }) });
      }
      return disks;
    },
  };
}

/** @see proc_pid_mountinfo(5): field 3 is the device, field 5 the mount point with octal escapes */
export const parseMountInfo = (text: string): Mount[] =>
  text.split('\n').flatMap((line) => {
    const [, , device, , point] = line.split(' ');
    if (device === undefined || point === undefined) return [];
    const unescaped = point.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 8)),
    );
    return [{ device, point: unescaped }];
  });

/** The longest one that holds the path; of two on one point the later one, which covers the other. */
function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  const holds = ({ point }: Mount): boolean => path === point || path.startsWith(point === '/' ? '/' : `${point}/`);
  return mounts
    .filter(holds)
    .reduce<Mount | undefined>(
      (best, mount) => (best === undefined || mount.point.length >= best.point.length ? mount : best),
      undefined,
    );
}

/** As df counts: of what ordinary programs may use. */
async function usedPercentOf(mountPoint: string): Promise<number | undefined> {
  const { blocks, bfree, bavail } = await statfs(mountPoint);
  const used = blocks - bfree;
  return used + bavail <= 0 ? undefined : Math.min(100, Math.ceil((used * 100) / (used + bavail)));
}

/**
 * True when the device or one below it is a dm-crypt target. Its absence is not told as "not encrypted": a drive or a
 * hypervisor may encrypt without this system knowing.
 */
async function isEncrypted(sysDirectory: string, device: string, depth = 0): Promise<boolean> {
  const folder = join(sysDirectory, 'dev', 'block', device);
  const uuid = await readFile(join(folder, 'dm', 'uuid'), 'utf8').catch(() => '');
  if (uuid.startsWith('CRYPT-')) return true;
  if (depth >= MAX_DEPTH) return false;
  const below = await readdir(join(folder, 'slaves')).catch(() => []);
  for (const name of below) {
    const numbers = await readFile(join(folder, 'slaves', name, 'dev'), 'utf8').catch(() => '');
    if (numbers !== '' && (await isEncrypted(sysDirectory, numbers.trim(), depth + 1))) return true;
  }
  return false;
}
