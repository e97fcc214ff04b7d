/**
 * Running programs, one entry for each name and executable. Those whose file lies in a watched directory, or is gone from
 * the disk, come first and with the hash of what really runs.
 */
import type { FileHasher } from '../file-hasher.ts';
import { executableOf, listProcesses, type ProcessEntry } from '../proc.ts';
import type { WatchedRoots } from '../watched-roots.ts';
import { bounded, type Collector, type FactorValue, type SystemPaths } from './collector.ts';

const LIST_LIMIT = 512;
const NAME_LIMIT = 256;
const PATH_LIMIT = 1024;
/** After a system update many programs run from replaced files: hashing them is bounded. */
const MAX_HASHED = 64;

export function createProcessesCollector(
  paths: SystemPaths,
  roots: WatchedRoots,
  hasher: FileHasher,
): Collector<'processes'> {
  return {
    factor: 'processes',
    async collect() {
      const groups = Map.groupBy(await listProcesses(paths.proc), groupKey);
      const suspect = (one: ProcessEntry): boolean =>
        one.executableDeleted || (one.executable !== undefined && roots.contains(one.executable));
      const ordered = [...groups.values()]
        .flatMap((group) => (group[0] === undefined ? [] : [{ first: group[0], count: group.length }]))
        .sort((left, right) => Number(suspect(right.first)) - Number(suspect(left.first)));
      const entries: FactorValue<'processes'> = [];
      for (const { first, count } of ordered.slice(0, LIST_LIMIT)) {
        const hashed =
          suspect(first) && entries.length < MAX_HASHED
            ? await hasher.hash(executableOf(paths.proc, first.pid))
            : undefined;
        entries.push(entryOf(first, count, hashed?.sha256 ?? null, roots));
      }
      return entries;
    },
  };
}

const groupKey = ({ name, executable, executableDeleted, pid }: ProcessEntry): string =>
  // Two programs that ran from one deleted path need not be the same program.
  [name, executable ?? '', executableDeleted ? pid : ''].join('\0');

const entryOf = (
  { name, executable }: ProcessEntry,
  count: number,
  sha256: string | null,
  roots: WatchedRoots,
): FactorValue<'processes'>[number] => ({
  name: bounded(name, NAME_LIMIT),
  count,
  ...(executable !== undefined && { executable: bounded(roots.reportedPath(executable), PATH_LIMIT) }),
  ...(sha256 !== null && { sha256 }),
});
