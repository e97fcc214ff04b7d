/** `vitalgate verify jwt`: a JWS whose payload says who issued it, for whom, and for how long. */
import { verifyJwt } from '../core/signing/verify-jwt.ts';
import { type Command, type CommandContext, type CommandResult, option } from './command.ts';
import { lineToken, tokenOf, tokenVerdict } from './token-input.ts';
import { demanded, readKeys, withInput } from './verification-input.ts';

async function verify(token: string, context: CommandContext): Promise<CommandResult> {
  const keys = await readKeys(demanded(context, 'jwks'));
  const [algorithm, type] = [option(context, 'alg'), option(context, 'typ')];
  const [issuer, audience] = [option(context, 'iss'), option(context, 'aud')];
  const verdict = await verifyJwt({
    token,
    keys,
    nowMs: context.nowMs,
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(type === undefined ? {} : { type }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  });
  return verdict.ok ? tokenVerdict('jwt', null, verdict.value) : tokenVerdict('jwt', verdict.code, null);
}

export const command: Command = {
  name: 'verify jwt',
  summary: 'verify a JWT: signature, issuer, audience, time',
  usage: '[TOKEN] --jwks F [--alg A] [--typ T] [--iss I] [--aud U]',
  options: {
    jwks: { type: 'string' },
    alg: { type: 'string' },
    typ: { type: 'string' },
    iss: { type: 'string' },
    aud: { type: 'string' },
  },
  run: (context) => withInput(async () => verify(await tokenOf(context), context)),
  runLine: (line, context) => withInput(() => verify(lineToken(line), context)),
};
