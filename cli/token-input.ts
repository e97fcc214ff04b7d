/** What `verify jws` and `verify jwt` share: where the token comes from and how the verdict is told. */
import { InvalidInputError } from '../core/errors.ts';
import type { CommandContext, CommandResult } from './command.ts';

/** From the command line, or one line of standard input: `{"token": …}` or the token itself. */
export async function tokenOf(context: CommandContext): Promise<string> {
  const [given, ...more] = context.positionals;
  if (more.length > 0) throw new InvalidInputError('ERR_TOKEN_MISSING', 'one token at a time; many with --batch');
  const lines = (given ?? (await context.readStdin())).split('\n').filter((line) => line.trim() !== '');
  const [line] = lines;
  if (line === undefined || lines.length > 1) {
    throw new InvalidInputError('ERR_TOKEN_MISSING', 'give one token, or lines of {"token": …} with --batch');
  }
  return line.trim().startsWith('{') ? lineToken(parse(line)) : line.trim();
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(line) };
  } catch (cause) {
    throw new InvalidInputError('ERR_LINE_MALFORMED', 'a line is {"token": …}', { cause });
  }
}

export function lineToken(line: Readonly<Record<string, unknown>>): string {
  const token = line['token'];
  if (typeof token !== 'string') throw new InvalidInputError('ERR_LINE_MALFORMED', 'a line is {"token": …}');
  return token;
}

export const tokenVerdict = (kind: 'jws' | 'jwt', code: string | null, payload: unknown): CommandResult => ({
  document: { schema: `vitalgate.${kind}-verdict/1`, valid: code === null, code: code ?? `${kind}-valid`, payload },
  exitCode: code === null ? 0 : 1,
});
