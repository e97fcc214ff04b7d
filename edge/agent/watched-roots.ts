/** The directories and files that are watched, under the names by which they are reported. */
import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { PostureConfig } from './config.ts';

/** A larger tree is looked at up to here; what lies beyond is not claimed to be clean. */
const MAX_DIRECTORIES = 1024;
const MAX_FILES = 4096;

export interface WatchedTree {
  /** To be watched for changes. */
  readonly directories: readonly string[];
  /** Regular files, without links. */
  readonly files: readonly string[];
  /** There was more than may be looked at. */
  readonly cut: boolean;
}

export class WatchedRoots {
  readonly #roots: readonly { readonly path: string; readonly reportedAs: string }[];

  constructor(watch: PostureConfig['watch']) {
    this.#roots = watch.map(({ path, reportedAs }) => ({ path, reportedAs: reportedAs ?? path }));
  }

  get paths(): readonly string[] {
    return this.#roots.map(({ path }) => path);
  }

  /** The name a path goes by in reports. */
  reportedPath(path: string): string {
    const root = this.#roots.find((one) => contains(one.path, path));
    return root === undefined ? path : rebase(path, root.path, root.reportedAs);
  }

  /**
   * The file that a reported name means, if it lies inside a watched root, links resolved: a command must not reach out
   * of what was agreed to be watched.
   */
  async resolveReported(name: string): Promise<string | undefined> {
    const root = this.#roots.find((one) => contains(one.reportedAs, name));
    if (root === undefined) return undefined;
    const path = rebase(name, root.reportedAs, root.path);
    const parent = await realpath(join(path, '..')).catch(() => undefined);
    const realRoot = await realpath(root.path).catch(() => undefined);
    if (parent === undefined || realRoot === undefined) return undefined;
    const isRootItself = path === root.path;
    return isRootItself || contains(realRoot, parent) ? path : undefined;
  }

  contains(path: string): boolean {
    return this.#roots.some((root) => contains(root.path, path));
  }

  /** Walks all roots, breadth first, so that a deep tree does not hide a shallow one. */
  async walk(): Promise<WatchedTree> {
    const directories: string[] = [];
    const files: string[] = [];
    const queue = await this.#start(directories, files);
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      if (directories.length >= MAX_DIRECTORIES || files.length > MAX_FILES) break;
      directories.push(path);
      for (const entry of await entriesOf(path)) {
        if (entry.isDirectory()) queue.push(join(path, entry.name));
        else if (entry.isFile()) files.push(join(path, entry.name));
      }
    }
    return { directories, files: files.slice(0, MAX_FILES), cut: queue.length > 0 || files.length > MAX_FILES };
  }

  /** A root that is one file, or is missing, is asked for by its name, and watched through its folder. */
  async #start(directories: string[], files: string[]): Promise<string[]> {
    const queue: string[] = [];
    for (const { path } of this.#roots) {
      const stats = await lstat(path).catch(() => undefined);
      if (stats?.isDirectory()) {
        queue.push(path);
        continue;
      }
      files.push(path);
      directories.push(dirname(path));
    }
    return queue;
  }
}

const entriesOf = (path: string): Promise<Dirent[]> => readdir(path, { withFileTypes: true }).catch(() => []);

const contains = (root: string, path: string): boolean => path === root || path.startsWith(root + sep);

const rebase = (path: string, from: string, to: string): string => {
  const inside = relative(from, path);
  return inside === '' ? to : join(to, inside);
};
