/** Reads the lines of one topic's segments from a kept place, across processes and restarts. */
import { open, readdir } from 'node:fs/promises';

const READ_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

export interface SpooledLine {
  readonly text: string;
  /** Offset behind this line. */
  readonly end: number;
}

/** File names of a topic, oldest segment first within a writer. */
export async function listSegments(directory: string, topic: string): Promise<string[]> {
  const names = await readdir(directory);
  return names.filter((name) => name.startsWith(`${topic}-`) && name.endsWith('.ndjson')).sort();
}

/** Whole lines from `offset` on; none when all that was written has been read. */
export async function readLines(path: string, offset: number): Promise<SpooledLine[]> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(READ_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, offset);
    const lines: SpooledLine[] = [];
    let start = 0;
    while (start < bytesRead && buffer[start] !== LINE_FEED) {
      const end = buffer.indexOf(LINE_FEED, start);
      if (end < 0 || end >= bytesRead) break;
      lines.push({ text: buffer.toString('utf8', start, end), end: offset + end + 1 });
      start = end + 1;
    }
    return lines;
  } finally {
    await handle.close();
  }
}

/** A segment is finished when its writer has begun the next one, or when its writer no longer runs. */
export function isFinished(name: string, all: readonly string[], runningProcesses: ReadonlySet<string>): boolean {
  const writer = writerOf(name);
  if (!runningProcesses.has(writer.slice(writer.indexOf('-') + 1))) return true;
  return all.some((other) => other > name && writerOf(other) === writer);
}

/** `flows-PROCESS` of `flows-PROCESS-000001.ndjson`. */
const writerOf = (name: string): string => name.slice(0, name.lastIndexOf('-'));
