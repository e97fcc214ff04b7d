/** One digest of everything a deployment is made of: equal digests, nothing to deploy. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../paths.ts';

const FOLDERS = ['infra', 'functions', 'core'] as const;
const FILES = ['cdk.json', 'package-lock.json'] as const;

/** @param choices what was chosen beside the sources, such as the context */
export function sourceDigest(choices: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(choices));
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(REPOSITORY_ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  ).sort();
  for (const file of [...files, ...FILES.map((name) => join(REPOSITORY_ROOT, name))])
    hash.update(`\0${file.slice(REPOSITORY_ROOT.length)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}
