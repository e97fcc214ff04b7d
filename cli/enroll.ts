/** `vitalgate enroll`: a certificate for a one-time claim, stored as agents and gateways read it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '../core/errors.ts';
import { enrol } from '../edge/agent/identity/enrol.ts';
import { identityFolder } from '../edge/agent/identity/stored-identity.ts';
import { type Command, type CommandContext, option } from './command.ts';
import { parseRef } from './entity-argument.ts';
import { demanded, readText } from './verification-input.ts';

export const command: Command = {
  name: 'enroll',
  summary: 'makes a key, has it certified for a one-time claim, and stores certificate, chain and anchors',
  usage: 'KIND/SITE:NAME --api URL --state DIR [--claim-file F] [--ca PEM]   the claim comes from stdin without a file',
  options: {
    api: { type: 'string' },
    state: { type: 'string' },
    'claim-file': { type: 'string' },
    ca: { type: 'string' },
  },
  async run(context) {
    const subject = parseRef(context.positionals[0]);
    const stateDirectory = demanded(context, 'state');
    const ca = option(context, 'ca');
    const identity = await enrol({
      subject,
      stateDirectory,
      api: apiOf(context),
      ca: ca === undefined ? undefined : await readText(ca),
      claim: await claimOf(context),
      nowMs: () => context.nowMs,
      signal: context.signal,
    });
    const { leaf } = identity;
    return {
      document: {
        schema: 'vitalgate.enrolled/1',
        code: 'enrolled',
        subject,
        serial: leaf.serialNumber.toLowerCase(),
        notAfter: leaf.validToDate.toISOString(),
        certificate: join(identityFolder(stateDirectory), 'certificate.pem'),
      },
      exitCode: 0,
    };
  },
};

function apiOf(context: CommandContext): string {
  const api = demanded(context, 'api');
  if (URL.canParse(api) && new URL(api).protocol === 'https:') return api;
  throw new InvalidInputError('ERR_API_MALFORMED', '--api takes an https address');
}

/** Not an option: what stands on a command line is seen by everyone on the machine. */
async function claimOf(context: CommandContext): Promise<string> {
  const file = option(context, 'claim-file');
  const claim = (file === undefined ? await context.readStdin() : await readFile(file, 'utf8').catch(() => '')).trim();
  if (claim === '') throw new InvalidInputError('ERR_CLAIM_MISSING', 'give the claim on stdin or with --claim-file');
  return claim;
}
