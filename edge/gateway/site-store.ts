/**
 * What survives a restart without the control plane: the last good bundle, snapshot with the updates since, head, local
 * conclusions, and the clock's record. Every file is verified again when it is read; none is believed.
 */
import { constants } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import * as z from 'zod';
import { type TrustedClockRecord, TrustedClockRecordSchema } from '../../core/bundle/trusted-clock.ts';
import { type LocalConclusion, LocalConclusionSchema } from '../decision/local-conclusion.ts';
import { writeFileAtomically } from '../spool/atomic-file.ts';
import { tokensOf } from './site-document.ts';

const ConclusionsSchema = z.array(LocalConclusionSchema);

export class SiteStore {
  readonly #directory: string;
  readonly #clockFile: string;
  /** One write after the other: an appended update must not race a rewritten file. */
  #queue: Promise<void> = Promise.resolve();

  private constructor(directory: string, clockFile: string) {
    this.#directory = directory;
    this.#clockFile = clockFile;
  }

  static async open(directory: string, clockFile: string): Promise<SiteStore> {
    await mkdir(directory, { recursive: true, mode: 0o750 });
    return new SiteStore(directory, clockFile);
  }

  /** Starts the history again from a snapshot. */
  putSnapshot(token: string): Promise<void> {
    return this.#enqueue(() => writeFileAtomically(this.#file('state.jws'), `${token}\n`));
  }

  /** Adds to the history; on the disk when it resolves. */
  appendUpdate(token: string): Promise<void> {
    return this.#enqueue(async () => {
      const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_DSYNC;
      const handle = await open(this.#file('state.jws'), flags, 0o640);
      try {
        await handle.write(`${token}\n`);
      } finally {
        await handle.close();
      }
    });
  }

  putHead(token: string): Promise<void> {
    return this.#enqueue(() => writeFileAtomically(this.#file('head.jws'), `${token}\n`));
  }

  putBundle(token: string): Promise<void> {
    return this.#enqueue(() => writeFileAtomically(this.#file('bundle.jws'), token));
  }

  putConclusions(conclusions: readonly LocalConclusion[]): Promise<void> {
    return this.#enqueue(() => writeFileAtomically(this.#file('conclusions.json'), JSON.stringify(conclusions)));
  }

  putClock(record: TrustedClockRecord): Promise<void> {
    return this.#enqueue(() => writeFileAtomically(this.#clockFile, JSON.stringify(record)));
  }

  /** Snapshot and updates in their order. */
  async history(): Promise<string[]> {
    return tokensOf((await readText(this.#file('state.jws'))) ?? '');
  }

  async head(): Promise<string | null> {
    return tokensOf((await readText(this.#file('head.jws'))) ?? '')[0] ?? null;
  }

  async bundle(): Promise<string | null> {
    return readText(this.#file('bundle.jws'));
  }

  /** They only take away: those that cannot be read are left out. */
  async conclusions(): Promise<LocalConclusion[]> {
    const parsed = ConclusionsSchema.safeParse(parseJson(await readText(this.#file('conclusions.json'))));
    return parsed.success ? parsed.data : [];
  }

  async clock(): Promise<TrustedClockRecord | null> {
    const parsed = TrustedClockRecordSchema.safeParse(parseJson(await readText(this.#clockFile)));
    return parsed.success ? parsed.data : null;
  }

  /** Resolves when all writes so far are done. */
  settled(): Promise<void> {
    return this.#queue;
  }

  #file(name: string): string {
    return `${this.#directory}/${name}`;
  }

  #enqueue(write: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(write);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
