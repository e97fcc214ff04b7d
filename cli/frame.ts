/**
 * The frame around every verb: arguments in, one document or its table out, an exit code. What a verb throws is told as
 * bad input or as a fault; the words of an unexpected fault go to stderr and into no document.
 */
import { InvalidInputError, VitalgateError } from '../core/errors.ts';
import { chooseVerb, type ParsedArguments, parseArguments } from './arguments.ts';
import { runBatch, unsupported } from './batch.ts';
import { badInput, type Command, type CommandContext, type CommandResult, type ExitCode } from './command.ts';
import { show } from './output.ts';
import type { RegisteredVerb } from './registry.ts';

/** What the frame takes from the process. */
export interface FrameSurroundings {
  readonly argv: readonly string[];
  readonly verbs: readonly RegisteredVerb[];
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  readonly readStdin: () => Promise<string>;
  readonly stdinLines: () => AsyncIterable<string>;
  /** Resolves when it may be called again. */
  readonly writeStdout: (text: string) => Promise<void>;
  readonly writeStderr: (text: string) => void;
}

export async function runFrame(surroundings: FrameSurroundings): Promise<ExitCode> {
  const { argv, verbs, writeStdout, writeStderr } = surroundings;
  const json = argv.includes('--json');
  const end = async (result: CommandResult, asJson = json): Promise<ExitCode> => {
    const { stdout, stderr } = show(result, asJson);
    if (stderr !== '') writeStderr(stderr);
    if (stdout !== '') await writeStdout(stdout);
    return result.exitCode;
  };
  const chosen = chooseVerb(argv, verbs);
  if (chosen === undefined) return end(await withoutVerb(argv, verbs));
  const { command } = await chosen.verb.load();
  const parsed = parseArguments(chosen.rest, command.options);
  if (!parsed.ok) return end(badInput(parsed.code, parsed.message));
  if (parsed.value.help) return end(helpOf(command), false);
  return runVerb(command, parsed.value, surroundings, end);
}

async function runVerb(
  command: Command,
  { values, positionals, batch, nowMs, json }: ParsedArguments,
  surroundings: FrameSurroundings,
  end: (result: CommandResult, asJson: boolean) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { readStdin, stdinLines, signal, writeStderr, writeStdout } = surroundings;
  const context: CommandContext = {
    values,
    positionals,
    nowMs: nowMs ?? surroundings.nowMs(),
    readStdin,
    signal,
    log: (line) => writeStderr(`${line}\n`),
  };
  const guard = (run: () => Promise<CommandResult>): Promise<CommandResult> => guarded(run, writeStderr);
  if (!batch) return end(await guard(() => command.run(context)), json);
  if (command.runLine === undefined) return end(unsupported(command), json);
  return runBatch({ command, context, lines: stdinLines(), write: writeStdout, guard });
}

async function guarded(run: () => Promise<CommandResult>, writeStderr: (text: string) => void): Promise<CommandResult> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof InvalidInputError) return badInput(cause.code, cause.publicMessage);
    if (cause instanceof VitalgateError) return fault(cause.code, cause.publicMessage);
    writeStderr(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
    return fault('ERR_FAULT', 'an unexpected fault; its words are on stderr');
  }
}

const fault = (code: string, message: string): CommandResult => ({
  document: { schema: 'vitalgate.error/1', code, message },
  exitCode: 3,
});

async function withoutVerb(argv: readonly string[], verbs: readonly RegisteredVerb[]): Promise<CommandResult> {
  if (argv.includes('--help') || argv.includes('-h')) return { ...(await overview(verbs)), exitCode: 0 };
  const words = argv.filter((word) => !word.startsWith('-'));
  if (words.length === 0) return badInput('ERR_VERB_MISSING', 'name a verb; --help lists them');
  const near = verbs.map(({ name }) => name).filter((name) => name.split(' ')[0] === words[0]);
  const hint = near.length > 0 ? `; there is ${near.join(', ')}` : '; --help lists the verbs';
  return badInput('ERR_VERB_UNKNOWN', `there is no verb "${words.slice(0, 2).join(' ')}"${hint}`);
}

async function overview(verbs: readonly RegisteredVerb[]): Promise<Omit<CommandResult, 'exitCode'>> {
  const commands = await Promise.all(verbs.map(async ({ load }) => (await load()).command));
  const width = Math.max(...commands.map(({ name }) => name.length));
  return {
    document: {
      schema: 'vitalgate.help/1',
      code: 'help',
      verbs: commands.map(({ name, summary, usage }) => ({ name, summary, usage })),
    },
    table: [
      'vitalgate VERB [options] [--json] [--batch] [--now TIME]',
      '',
      ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
      '',
      'vitalgate VERB --help tells how a verb is used.',
      'Exit codes: 0 positive verdict, 1 negative verdict, 2 bad input, 3 fault.',
    ].join('\n'),
  };
}

const helpOf = ({ name, summary, usage, runLine }: Command): CommandResult => ({
  document: { schema: 'vitalgate.help/1', code: 'help', name, summary, usage },
  exitCode: 0,
  table: [
    `vitalgate ${name} ${usage}`,
    '',
    summary,
    '',
    `  --json   one JSON document on stdout${runLine === undefined ? '' : '\n  --batch  one JSON document a line on stdin, one a line on stdout'}`,
    '  --now T  judge as if it were this time (RFC 3339)',
  ].join('\n'),
});
