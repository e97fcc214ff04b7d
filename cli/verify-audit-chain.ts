/** `vitalgate verify audit-chain`: is this audit trail the one that was written, whole and in order? */
import { type ChainVerdict, readAuditTrail, verifyTrails } from '../core/audit/audit-lines.ts';
import { InvalidInputError } from '../core/errors.ts';
import { type Command, type CommandContext, type CommandResult, option } from './command.ts';
import { readKeys, readText, withInput } from './verification-input.ts';

async function run(context: CommandContext): Promise<CommandResult> {
  const { positionals: paths } = context;
  if (paths.length === 0) throw new InvalidInputError('ERR_OPTION_MISSING', 'one or more FILEs are needed');
  const jwks = option(context, 'jwks');
  const keys = jwks === undefined ? null : await readKeys(jwks);
  const trails = await Promise.all(paths.map(async (path) => readAuditTrail(await readText(path))));
  const unverified = keys === null ? trails.flatMap(({ checkpoints }) => checkpoints).length : 0;
  // Without keys nobody can say who signed a checkpoint: the records are judged alone, and the answer says so.
  const judged = keys === null ? trails.map(({ records }) => ({ records, checkpoints: [] })) : trails;
  const chains = await verifyTrails(judged, keys ?? { keys: [] });
  return answer(chains, unverified);
}

function answer(chains: readonly ChainVerdict[], unverifiedCheckpoints: number): CommandResult {
  const worst = chains.find(({ valid }) => !valid);
  const { valid, code, firstBad } = worst ?? { valid: true, code: 'audit-chain-valid', firstBad: null };
  return {
    document: {
      schema: 'vitalgate.audit-verdict/1',
      ...{ valid, code, firstBad },
      writer: worst?.writer ?? null,
      unverifiedCheckpoints,
      chains,
    },
    exitCode: valid ? 0 : 1,
  };
}

export const command: Command = {
  name: 'verify audit-chain',
  summary: 'verify the hash chains of audit trails and the checkpoints signed of them',
  usage: 'FILE… [--jwks F]',
  options: { jwks: { type: 'string' } },
  run: (context) => withInput(() => run(context)),
};
