/** Watched files with their hashes. What changed last comes first: a list that is too long loses its oldest part. */
import type { FileHasher } from '../file-hasher.ts';
import type { WatchedRoots } from '../watched-roots.ts';
import { bounded, type Collector, type FactorValue } from './collector.ts';

const LIST_LIMIT = 512;
const PATH_LIMIT = 1024;

export interface FilesCollectorOptions {
  readonly roots: WatchedRoots;
  readonly hasher: FileHasher;
  /** Told after each walk: what there is to watch, and whether everything was looked at. */
  readonly walked: (directories: readonly string[], complete: boolean) => void;
}

export function createFilesCollector({ roots, hasher, walked }: FilesCollectorOptions): Collector<'files'> {
  return {
    factor: 'files',
    async collect() {
      const { directories, files, cut } = await roots.walk();
      const seen: { readonly changedAtMs: number; readonly entry: FactorValue<'files'>[number] }[] = [];
      for (const path of files) {
        const hashed = await hasher.hash(path);
        const isNamed = roots.paths.includes(path);
        if (hashed === undefined && !isNamed) continue;
        seen.push({
          changedAtMs: hashed?.changedAtMs ?? 0,
          entry: {
            path: bounded(roots.reportedPath(path), PATH_LIMIT),
            sha256: hashed?.sha256 ?? null,
            sizeBytes: hashed?.sizeBytes ?? 0,
          },
        });
      }
      walked(directories, !cut && seen.length <= LIST_LIMIT);
      return seen
        .sort((left, right) => right.changedAtMs - left.changedAtMs)
        .slice(0, LIST_LIMIT)
        .map(({ entry }) => entry);
    },
  };
}
