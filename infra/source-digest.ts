/** One digest over files of the repository: equal digests, equal sources. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param paths files and folders, relative to the repository
 * @param choices what was chosen beside the sources
 * @returns 64 hexadecimal digits
 */
export function sourceDigest(paths: readonly string[], choices: unknown = null): string {
  const hash = createHash('sha256').update(JSON.stringify(choices));
  for (const file of paths.flatMap(filesIn)) hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

function filesIn(path: string): string[] {
  const absolute = join(ROOT, path);
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
    .sort((one, other) => (one < other ? -1 : 1));
}
