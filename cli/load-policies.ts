/** Reads a folder of `.cedar` files, one policy a file, called what the file is called. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Policy, PolicySchema } from '../core/contracts/bundle.ts';

const EXTENSION = '.cedar';

/**
 * @returns the policies in the order of their names
 * @throws an error of the file system, or of the schema for a file that is empty or too long
 */
export async function loadPolicies(directory: string): Promise<Policy[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(EXTENSION)).sort();
  return Promise.all(
    names.map(async (name) =>
      PolicySchema.parse({ id: basename(name, EXTENSION), cedar: await readFile(join(directory, name), 'utf8') }),
    ),
  );
}
