/**
 * Files set aside: moved out of the watched directories into the agent's own, made unusable, with a note of where they
 * came from, so that a person can have them back as they were.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { failure, type Result, success } from '../../../core/result.ts';
import { writePrivately } from '../identity/stored-identity.ts';
import type { WatchedRoots } from '../watched-roots.ts';

const FOLDER = 'set-aside';
const NOTE = 'note.json';
const CONTENT = 'content';

const NoteSchema = z.strictObject({
  schema: z.literal('vitalgate.set-aside/1'),
  reportedPath: z.string(),
  path: z.string(),
  mode: z.int(),
  at: z.iso.datetime(),
});
type Note = z.infer<typeof NoteSchema>;

export type QuarantineFailure =
  | 'file-not-watched'
  | 'file-missing'
  | 'file-not-regular'
  | 'file-not-set-aside'
  | 'file-in-the-way';

export class Quarantine {
  readonly #folder: string;
  readonly #roots: WatchedRoots;

  constructor(stateDirectory: string, roots: WatchedRoots) {
    this.#folder = join(stateDirectory, FOLDER);
    this.#roots = roots;
  }

  /** @param reportedPath as it stands in posture reports */
  async setAside(reportedPath: string, at: string): Promise<Result<void, QuarantineFailure>> {
    const path = await this.#roots.resolveReported(reportedPath);
    if (path === undefined) return failure('file-not-watched', 'only watched files can be set aside');
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined) return failure('file-missing', 'there is no such file');
    if (!stats.isFile()) return failure('file-not-regular', 'only a regular file can be set aside');
    const place = join(this.#folder, randomUUID());
    await mkdir(place, { recursive: true, mode: 0o700 });
    const note: Note = { schema: 'vitalgate.set-aside/1', reportedPath, path, mode: stats.mode & 0o7777, at };
    await writePrivately(join(place, NOTE), `${JSON.stringify(note)}\n`);
    await move(path, join(place, CONTENT));
    await chmod(join(place, CONTENT), 0o000);
    return success(undefined);
  }

  /** Puts back what was set aside last under this name. */
  async restore(reportedPath: string): Promise<Result<void, QuarantineFailure>> {
    const held = (await this.#notes()).filter(({ note }) => note.reportedPath === reportedPath);
    const latest = held.sort((left, right) => (left.note.at < right.note.at ? 1 : -1))[0];
    if (latest === undefined) return failure('file-not-set-aside', 'no such file was set aside');
    const { place, note } = latest;
    const allowed = await this.#roots.resolveReported(reportedPath);
    if (allowed !== note.path) return failure('file-not-watched', 'the place it came from is no longer watched');
    if ((await lstat(note.path).catch(() => undefined)) !== undefined)
      return failure('file-in-the-way', 'another file has taken its place');
    await chmod(join(place, CONTENT), note.mode);
    await move(join(place, CONTENT), note.path);
    await rm(place, { recursive: true });
    return success(undefined);
  }

  async #notes(): Promise<{ readonly place: string; readonly note: Note }[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const notes = await Promise.all(
      names.map(async (name) => {
        const place = join(this.#folder, name);
        const text = await readFile(join(place, NOTE), 'utf8').catch(() => '');
        const note = NoteSchema.safeParse(parseJson(text)).data;
        return note === undefined ? [] : [{ place, note }];
      }),
    );
    return notes.flat();
  }
}

/** Also from one file system to another. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EXDEV') throw cause;
    await copyFile(from, to, constants.COPYFILE_EXCL);
    await rm(from);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
