/** Replaces a file as a whole: a reader sees the old or the new content, also after a power cut in between. */
import { open, rename } from 'node:fs/promises';

export async function writeFileAtomically(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w', 0o640);
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}
