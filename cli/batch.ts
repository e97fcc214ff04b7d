/** `--batch`: a document a line in, a document a line out, in the same order, with the `id` of its line. */
import { badInput, type Command, type CommandContext, type CommandResult, type ExitCode } from './command.ts';
import { documentLine } from './output.ts';

export interface BatchOptions {
  readonly command: Command;
  readonly context: CommandContext;
  readonly lines: AsyncIterable<string>;
  /** Resolves when it may be called again. */
  readonly write: (text: string) => Promise<void>;
  /** Turns what a verb throws into its result. */
  readonly guard: (run: () => Promise<CommandResult>) => Promise<CommandResult>;
}

/** @returns the highest exit code of all lines: a batch is positive when every line of it is */
export async function runBatch({ command, context, lines, write, guard }: BatchOptions): Promise<ExitCode> {
  let worst: ExitCode = 0;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const { id, result } = await runLine(line, command, context, guard);
    if (result.exitCode > worst) worst = result.exitCode;
    await write(documentLine({ ...(id !== undefined && { id }), ...result.document }));
    if (context.signal.aborted) break;
  }
  return worst;
}

async function runLine(
  line: string,
  command: Command,
  context: CommandContext,
  guard: BatchOptions['guard'],
): Promise<{ readonly id?: unknown; readonly result: CommandResult }> {
  const parsed = parseObject(line);
  if (parsed === undefined) return { result: badInput('ERR_LINE_MALFORMED', 'a line must be one JSON object') };
  const { id, ...members } = parsed;
  return { id, result: await guard(async () => (await command.runLine?.(members, context)) ?? unsupported(command)) };
}

export const unsupported = ({ name }: Command): CommandResult =>
  badInput('ERR_BATCH_UNSUPPORTED', `${name} takes no --batch`);

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
