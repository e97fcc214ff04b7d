/** `vitalgate token`: a bearer token of the development issuer, for whoever may read its key. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SiteIdSchema } from '../core/contracts/identifiers.ts';
import { DEFAULT_ACR, mintToken, ROLES } from '../local/issuer/mint-token.ts';
import { ensureIssuerKey } from '../local/issuer/signing-key.ts';
import { portsFrom } from '../local/ports.ts';
import { localSettings } from '../local/settings.ts';
import { badInput, type Command, type CommandContext, type CommandResult, option } from './command.ts';
import { statePaths } from './running-system.ts';
import { demanded } from './verification-input.ts';

const DEFAULT_TTL_SECONDS = 3600;
const MAX_TTL_SECONDS = 7 * 86_400;

export const command: Command = {
  name: 'token',
  summary: 'mints a bearer token of the development issuer',
  usage: `--role R --site S [--acr A] [--ttl SECONDS]   roles: ${ROLES.join(', ')}`,
  options: {
    role: { type: 'string' },
    site: { type: 'string' },
    acr: { type: 'string' },
    ttl: { type: 'string' },
  },
  run: mint,
};

async function mint(context: CommandContext): Promise<CommandResult> {
  const role = demanded(context, 'role');
  const site = SiteIdSchema.safeParse(demanded(context, 'site'));
  const ttlSeconds = Number(option(context, 'ttl') ?? DEFAULT_TTL_SECONDS);
  if (!(ROLES as readonly string[]).includes(role))
    return badInput('ERR_ROLE_UNKNOWN', `the roles are ${ROLES.join(', ')}`);
  if (!site.success) return badInput('ERR_SITE_MALFORMED', 'a site is named by lower-case letters, digits and hyphens');
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS)
    return badInput('ERR_TTL_MALFORMED', `--ttl takes seconds from 1 to ${MAX_TTL_SECONDS}`);
  const paths = statePaths();
  if (!existsSync(join(paths.issuer, 'key.pem')))
    return badInput('ERR_ISSUER_MISSING', `there is no development issuer in ${paths.issuer}; npm start makes one`);
  const { issuer, audience } = localSettings(portsFrom(process.env));
  const acr = option(context, 'acr') ?? DEFAULT_ACR;
  const order = { issuer, audience, role, site: site.data, acr, ttlSeconds, nowMs: context.nowMs };
  const token = await mintToken(await ensureIssuerKey(paths.issuer), order);
  const expiresAt = new Date((Math.floor(context.nowMs / 1000) + ttlSeconds) * 1000).toISOString();
  return {
    document: { schema: 'vitalgate.token/1', code: 'token-minted', role, site: site.data, acr, expiresAt, token },
    exitCode: 0,
    table: token,
  };
}
