/**
 * One preallocated file of lines. The unused rest is line feeds, so the file is valid NDJSON at every moment and writing
 * into it changes no metadata: one `O_DSYNC` write is one durable group.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';

const LINE_FEED = 0x0a;
const FILL_CHUNK_BYTES = 1024 * 1024;

export interface SegmentFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/** Creates and fills `path` with line feeds and makes that durable. */
export async function preallocateSegment(path: string, bytes: number, durable: boolean): Promise<SegmentFile> {
  const sync = durable ? constants.O_DSYNC : 0;
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o640);
  const chunk = Buffer.alloc(Math.min(FILL_CHUNK_BYTES, bytes), LINE_FEED);
  for (let position = 0; position < bytes; position += chunk.length) {
    await handle.write(chunk, 0, Math.min(chunk.length, bytes - position), position);
  }
  await handle.datasync();
  if (sync === 0) return { path, handle };
  await handle.close();
  return { path, handle: await open(path, constants.O_RDWR | sync) };
}

export async function renameSegment(segment: SegmentFile, path: string): Promise<SegmentFile> {
  await rename(segment.path, path);
  return { path, handle: segment.handle };
}

/** Cuts off the unused rest and closes. */
export async function sealSegment(segment: SegmentFile, usedBytes: number): Promise<void> {
  await segment.handle.truncate(usedBytes);
  await segment.handle.sync();
  await segment.handle.close();
}

/** After a crash: cuts off the line feeds behind the last line. @returns the bytes that remain */
export async function trimSegment(path: string): Promise<number> {
  const handle = await open(path, constants.O_RDWR);
  try {
    let end = (await handle.stat()).size;
    const chunk = Buffer.alloc(64 * 1024);
    while (end > 0) {
      const start = Math.max(0, end - chunk.length);
      const { bytesRead } = await handle.read(chunk, 0, end - start, start);
      let last = bytesRead - 1;
      while (last >= 0 && chunk[last] === LINE_FEED) last -= 1;
      if (last >= 0) {
        end = start + last + 1;
        break;
      }
      end = start;
    }
    const bytes = end === 0 ? 0 : end + 1;
    await handle.truncate(bytes);
    return bytes;
  } finally {
    await handle.close();
  }
}
