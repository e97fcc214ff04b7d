/** `vitalgate verify jws`: did a key of this set sign this? */
import { verifyToken } from '../core/signing/verify-token.ts';
import { type Command, type CommandContext, type CommandResult, option } from './command.ts';
import { lineToken, tokenOf, tokenVerdict } from './token-input.ts';
import { demanded, readKeys, withInput } from './verification-input.ts';

/** JSON where it is JSON, else text, else base64url. */
function readable(payload: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
    return parseOr(text);
  } catch {
    return Buffer.from(payload).toString('base64url');
  }
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function verify(token: string, context: CommandContext): Promise<CommandResult> {
  const keys = await readKeys(demanded(context, 'jwks'));
  const [algorithm, type] = [option(context, 'alg'), option(context, 'typ')];
  const verdict = await verifyToken({
    token,
    keys,
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(type === undefined ? {} : { type }),
  });
  return verdict.ok ? tokenVerdict('jws', null, readable(verdict.value)) : tokenVerdict('jws', verdict.code, null);
}

export const command: Command = {
  name: 'verify jws',
  summary: 'verify a compact JWS against a key set',
  usage: '[TOKEN] --jwks F [--alg A] [--typ T]',
  options: { jwks: { type: 'string' }, alg: { type: 'string' }, typ: { type: 'string' } },
  run: (context) => withInput(async () => verify(await tokenOf(context), context)),
  runLine: (line, context) => withInput(() => verify(lineToken(line), context)),
};
