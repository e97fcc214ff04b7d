/** `vitalgate verify bundle`: would a gateway install this bundle? */

import { stat } from 'node:fs/promises';
import { verifyBundle } from '../core/bundle/verify-bundle.ts';
import { MAX_BUNDLE_BYTES } from '../core/contracts/bundle.ts';
import { EntityIdSchema, SiteIdSchema } from '../core/contracts/identifiers.ts';
import { HEAD_TYP, HeadSchema } from '../core/contracts/site-state.ts';
import { InvalidInputError } from '../core/errors.ts';
import { openDocument } from '../core/signing/open-document.ts';
import { type Command, type CommandContext, type CommandResult, option } from './command.ts';
import { demanded, readKeys, readText, withInput } from './verification-input.ts';

interface Verdict {
  readonly valid: boolean;
  readonly code: string;
  readonly version: number | null;
  readonly expiresAt: string | null;
  readonly message?: string;
}

const answer = (verdict: Verdict): CommandResult => ({
  document: { schema: 'vitalgate.bundle-verdict/1', ...verdict },
  exitCode: verdict.valid ? 0 : 1,
});

const refused = (code: string, message: string): CommandResult =>
  answer({ valid: false, code, version: null, expiresAt: null, message });

/** The file's size is judged before its content is in memory. */
async function isOversize(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size > MAX_BUNDLE_BYTES;
  } catch (cause) {
    throw new InvalidInputError('ERR_FILE_UNREADABLE', `cannot read ${path}`, { cause });
  }
}

function installedVersion(context: CommandContext): number {
  const text = option(context, 'installed-version') ?? '0';
  if (!/^\d{1,15}$/.test(text)) throw new InvalidInputError('ERR_OPTION_MALFORMED', '--installed-version is a number');
  return Number(text);
}

async function run(context: CommandContext): Promise<CommandResult> {
  const [path, ...more] = context.positionals;
  if (path === undefined || more.length > 0) throw new InvalidInputError('ERR_OPTION_MISSING', 'one FILE is needed');
  const keys = await readKeys(demanded(context, 'root'));
  const site = SiteIdSchema.safeParse(demanded(context, 'site')).data;
  const gateway = EntityIdSchema.safeParse(demanded(context, 'gateway')).data;
  if (site === undefined || gateway === undefined) {
    throw new InvalidInputError('ERR_OPTION_MALFORMED', '--site is a site name, --gateway is SITE:NAME');
  }
  const installed = installedVersion(context);
  const headPath = option(context, 'head');
  const head =
    headPath === undefined ? undefined : openDocument((await readText(headPath)).trim(), keys, HEAD_TYP, HeadSchema);
  if (head?.ok === false)
    throw new InvalidInputError('ERR_HEAD_REFUSED', 'the head is not signed by a key of the root');
  if (await isOversize(path)) return refused('bundle-oversize', 'the bundle is too large');

  const token = (await readText(path)).trim();
  const verdict = await verifyBundle({
    ...{ token, keys, site, gateway, installedVersion: installed, nowMs: context.nowMs },
    ...(head === undefined ? {} : { head: head.value.document }),
  });
  if (!verdict.ok) return refused(verdict.code, verdict.message);
  const { version, expiresAt } = verdict.value.bundle;
  return answer({ valid: true, code: 'bundle-valid', version, expiresAt });
}

export const command: Command = {
  name: 'verify bundle',
  summary: 'judge a signed bundle as a gateway does before it installs it',
  usage: 'FILE --root ROOT.json --site S --gateway G [--installed-version N] [--head HEAD.jws]',
  options: {
    root: { type: 'string' },
    site: { type: 'string' },
    gateway: { type: 'string' },
    'installed-version': { type: 'string' },
    head: { type: 'string' },
  },
  run: (context) => withInput(() => run(context)),
};
