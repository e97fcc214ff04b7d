/**
 * SHA-256 of files, streamed, and remembered for as long as the file looks untouched: same inode, size, and times of
 * change and modification. (The time of change cannot be set back by a program, the time of modification can.)
 */
import { createHash } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const CHUNK_BYTES = 256 * 1024;
const MAX_REMEMBERED = 8192;
/** A named pipe in a watched place must not hold the agent up. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK;

export interface HashedFile {
  readonly sha256: string | null;
  readonly sizeBytes: number;
  readonly changedAtMs: number;
}

export class FileHasher {
  readonly #known = new Map<string, { readonly stamp: string; readonly sha256: string }>();
  readonly #maxBytes: number;

  /** @param maxBytes a longer file is reported without a hash: it would keep a small device from its work */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @returns undefined when it is gone or no regular file; a null hash when it cannot be read or is too long */
  async hash(path: string): Promise<HashedFile | undefined> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, READ_WITHOUT_WAITING);
      return await this.#hashOpen(handle, path);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : { sha256: null, sizeBytes: 0, changedAtMs: 0 };
    } finally {
      await handle?.close();
    }
  }

  async #hashOpen(handle: FileHandle, path: string): Promise<HashedFile | undefined> {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) return undefined;
    const shape = { sizeBytes: Number(before.size), changedAtMs: Number(before.ctimeMs) };
    const held = this.#known.get(path);
    if (held?.stamp === stampOf(before)) return { ...shape, sha256: held.sha256 };
    if (shape.sizeBytes > this.#maxBytes) return { ...shape, sha256: null };
    const sha256 = await digestOf(handle);
    const after = await handle.stat({ bigint: true });
    this.#remember(path, stampOf(before) === stampOf(after) ? stampOf(after) : '', sha256);
    return { ...shape, sha256 };
  }

  /** A file that changed while it was read is not remembered. */
  #remember(path: string, stamp: string, sha256: string): void {
    this.#known.delete(path);
    if (stamp === '') return;
    this.#known.set(path, { stamp, sha256 });
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > MAX_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
  }
}

const stampOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(' ');

async function digestOf(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}
