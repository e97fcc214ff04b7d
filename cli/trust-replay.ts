/** `vitalgate trust replay`: judges recorded trust inputs again and prints what they come to, the same on every machine. */
import { readFile, stat } from 'node:fs/promises';
import { TrustRecordingSchema } from '../core/trust/recording.ts';
import { replayTrust } from '../core/trust/replay.ts';
import { badInput, type Command, type CommandContext, type CommandResult } from './command.ts';

const MAX_RECORDING_BYTES = 256 * 1024 * 1024;
const MILLI = 1000;

export const command: Command = {
  name: 'trust replay',
  summary: 'judge a trust recording again: score, level, contributions and one digest',
  usage: 'FILE   a vitalgate.trust-recording/1 document, - for standard input',
  options: {},
  run: async (context) => {
    const [file, ...more] = context.positionals;
    if (file === undefined || more.length > 0)
      return badInput('ERR_USAGE', 'name one recording, or - for standard input');
    const text = await readRecording(file, context);
    return text === undefined
      ? badInput(
          'ERR_RECORDING_UNREADABLE',
          `the recording cannot be read, or has more than ${MAX_RECORDING_BYTES} bytes`,
        )
      : replayText(text);
  },
  runLine: async (line) => replayDocument(line['recording']),
};

async function readRecording(file: string, context: CommandContext): Promise<string | undefined> {
  try {
    if (file === '-') return await context.readStdin();
    return (await stat(file)).size > MAX_RECORDING_BYTES ? undefined : await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}

function replayText(text: string): CommandResult {
  try {
    return replayDocument(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof SyntaxError) return badInput('ERR_RECORDING_MALFORMED', 'the recording is not JSON');
    throw cause;
  }
}

function replayDocument(document: unknown): CommandResult {
  const parsed = TrustRecordingSchema.safeParse(document);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.') || 'its top level';
    return badInput('ERR_RECORDING_MALFORMED', `not a vitalgate.trust-recording/1: see ${path}`);
  }
  const { state, digest, evaluations, asRecorded } = replayTrust(parsed.data);
  const { subject, score, level, contributions, reasons, validUntil } = state;
  return {
    document: {
      schema: 'vitalgate.trust-replay/1',
      code: asRecorded ? 'trust-replayed' : 'trust-differs',
      score,
      level,
      contributions,
      digest,
      subject,
      reasons,
      validUntil,
      evaluations,
    },
    exitCode: asRecorded ? 0 : 1,
    table: [
      `${subject.kind} ${subject.id}   score ${score}   level ${level}${asRecorded ? '' : '   DIFFERS FROM THE RECORD'}`,
      'factor         for    against   expectation   takes off',
      ...contributions.map((one) =>
        [
          one.factor.padEnd(11),
          (one.positiveMilli / MILLI).toFixed(1).padStart(7),
          (one.negativeMilli / MILLI).toFixed(1).padStart(10),
          (one.expectationPpm / 10_000).toFixed(2).padStart(12),
          (one.lostCentipoints / 100).toFixed(2).padStart(12),
        ].join(' '),
      ),
      `digest ${digest}`,
    ].join('\n'),
  };
}
