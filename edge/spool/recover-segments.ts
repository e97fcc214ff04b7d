/** After a crash: cuts off what was preallocated and never written, and removes segments that were only prepared. */
import { readdir, unlink } from 'node:fs/promises';
import { trimSegment } from './segment-file.ts';

/** Run before this process opens segments of its own. */
export async function recoverSegments(directories: readonly string[]): Promise<void> {
  for (const directory of new Set(directories)) {
    const names = await readdir(directory).catch(() => []);
    for (const name of names) {
      if (name.endsWith('.ndjson.next')) await unlink(`${directory}/${name}`);
      else if (name.endsWith('.ndjson')) await trimSegment(`${directory}/${name}`);
    }
  }
}
