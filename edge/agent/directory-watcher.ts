/**
 * Tells when something happens in the watched directories. One watch a directory, matched to the tree after each walk:
 * a recursive watch would miss what is made inside a new directory before it is known.
 */
import { type FSWatcher, watch } from 'node:fs';
import { basename } from 'node:path';
import { type AgentLog, faultOf } from './log.ts';

export class DirectoryWatcher {
  readonly #watches = new Map<string, FSWatcher>();
  /** Told once each. */
  readonly #failed = new Set<string>();
  readonly #changed: () => void;
  readonly #log: AgentLog;

  constructor(changed: () => void, log: AgentLog) {
    this.#changed = changed;
    this.#log = log;
  }

  /** Watches exactly these. What may have happened in a new one before it was watched counts as a change. */
  match(directories: readonly string[]): void {
    const wanted = new Set(directories);
    for (const path of [...this.#watches.keys()]) {
      if (!wanted.has(path)) this.#drop(path);
    }
    const added = [...wanted].filter((path) => !this.#watches.has(path) && this.#add(path));
    if (added.length > 0) this.#changed();
  }

  close(): void {
    for (const path of [...this.#watches.keys()]) this.#drop(path);
  }

  #drop(path: string): void {
    this.#watches.get(path)?.close();
    this.#watches.delete(path);
  }

  #add(path: string): boolean {
    try {
      const watcher = watch(path, { persistent: false }, (event, name) => {
        // The directory itself was removed or moved: this watch is dead, and another directory may take its place.
        if (event === 'rename' && name === basename(path)) this.#drop(path);
        this.#changed();
      });
      watcher.on('error', () => {
        this.#drop(path);
        this.#changed();
      });
      this.#watches.set(path, watcher);
      this.#failed.delete(path);
      return true;
    } catch (cause) {
      // The limit of inotify watches is a setting of the system; the timer still looks.
      if (!this.#failed.has(path)) this.#log('warn', 'watch-failed', faultOf(cause));
      this.#failed.add(path);
      return false;
    }
  }
}
