import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../../core/signing/digest.ts';
import { FileHasher } from '../../../../edge/agent/file-hasher.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const file = (content: string | Buffer, name = 'file'): string => {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, content);
  return path;
};

describe('the file hasher', () => {
  it('hashes a file of many chunks', async () => {
    const content = Buffer.alloc(1_500_000, 'pump');
    const hashed = await new FileHasher(10_000_000).hash(file(content));
    expect(hashed).toMatchObject({ sha256: sha256Hex(content), sizeBytes: content.length });
  });

  it('hashes an empty file', async () => {
    expect(await new FileHasher(10).hash(file(''))).toMatchObject({ sha256: sha256Hex(''), sizeBytes: 0 });
  });

  it('sees a new content of the same length whose time of modification was set back', async () => {
    const path = file('good firmware');
    const past = new Date('2020-01-01T00:00:00Z');
    utimesSync(path, past, past);
    const hasher = new FileHasher(1000);
    expect((await hasher.hash(path))?.sha256).toBe(sha256Hex('good firmware'));
    writeFileSync(path, 'evil firmware');
    utimesSync(path, past, past);
    expect((await hasher.hash(path))?.sha256).toBe(sha256Hex('evil firmware'));
  });

  it('tells a file that is too long without a hash', async () => {
    expect(await new FileHasher(4).hash(file('12345'))).toMatchObject({ sha256: null, sizeBytes: 5 });
  });

  it('tells nothing of what is gone or is no file', async () => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, 'sub'));
    const hasher = new FileHasher(1000);
    expect(await hasher.hash(join(folder, 'gone'))).toBeUndefined();
    expect(await hasher.hash(join(folder, 'sub'))).toBeUndefined();
  });

  it('tells a file that cannot be opened without a hash', async () => {
    const loop = join(temporaryDirectory(), 'loop');
    symlinkSync(loop, loop);
    expect(await new FileHasher(1000).hash(loop)).toMatchObject({ sha256: null });
  });

  it('is not held up by a named pipe', async () => {
    const pipe = join(temporaryDirectory(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await new FileHasher(1000).hash(pipe)).toBeUndefined();
  });
});
