/** Commands that were obeyed, until they have expired: also over a restart, none is obeyed twice. */
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { TimestampSchema } from '../../../core/contracts/identifiers.ts';
import { VitalgateError } from '../../../core/errors.ts';
import { writePrivately } from '../identity/stored-identity.ts';

const FILE = 'commands.json';
const MemorySchema = z.strictObject({
  schema: z.literal('vitalgate.agent-commands/1'),
  obeyed: z.array(z.strictObject({ commandId: z.uuid(), expiresAt: TimestampSchema })),
});
type Obeyed = z.infer<typeof MemorySchema>['obeyed'][number];

export class CommandMemory {
  readonly #path: string;
  readonly #obeyed: Map<string, Obeyed>;

  private constructor(path: string, obeyed: readonly Obeyed[]) {
    this.#path = path;
    this.#obeyed = new Map(obeyed.map((one) => [one.commandId, one]));
  }

  /** @throws VitalgateError `ERR_AGENT_MEMORY`: a memory that cannot be read must not count as empty */
  static async open(stateDirectory: string): Promise<CommandMemory> {
    const path = join(stateDirectory, FILE);
    try {
      return new CommandMemory(path, MemorySchema.parse(JSON.parse(await readFile(path, 'utf8'))).obeyed);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new CommandMemory(path, []);
      throw new VitalgateError('ERR_AGENT_MEMORY', 'the record of obeyed commands cannot be read', { cause });
    }
  }

  has(commandId: string): boolean {
    return this.#obeyed.has(commandId);
  }

  /** On disk when this resolves: done before the command is carried out. */
  async add(one: Obeyed, nowMs: number): Promise<void> {
    for (const [id, { expiresAt }] of this.#obeyed) {
      if (Date.parse(expiresAt) <= nowMs) this.#obeyed.delete(id);
    }
    this.#obeyed.set(one.commandId, one);
    const document = { schema: 'vitalgate.agent-commands/1', obeyed: [...this.#obeyed.values()] };
    await writePrivately(`${this.#path}.tmp`, `${JSON.stringify(document)}\n`);
    await rename(`${this.#path}.tmp`, this.#path);
  }
}
