/** `vitalgate verify certificate`: is this certificate one of ours, for this purpose, now? */

import { timestamp } from '../core/contracts/identifiers.ts';
import { InvalidInputError } from '../core/errors.ts';
import { type CertificateVerdict, checkCertificate } from '../core/identity/certificate-profile.ts';
import { CERTIFICATE_PURPOSES, type CertificatePurpose } from '../core/identity/certificate-purposes.ts';
import { type Command, type CommandContext, type CommandResult, option } from './command.ts';
import { demanded, parseCertificates, readCertificates, readText, withInput } from './verification-input.ts';

type Failure = CertificateVerdict['errors'][number] | 'certificate-other-name';

function purposeOf(text: string): CertificatePurpose {
  const purpose = CERTIFICATE_PURPOSES.find((known) => known === text);
  if (purpose !== undefined) return purpose;
  throw new InvalidInputError('ERR_PURPOSE_UNKNOWN', `--purpose is one of ${CERTIFICATE_PURPOSES.join(', ')}`);
}

/** A restriction that cannot be applied must not be passed over in silence. */
function refuseUnsupported(context: CommandContext): void {
  const profile = option(context, 'profile') ?? 'device';
  if (profile !== 'device') throw new InvalidInputError('ERR_PROFILE_UNSUPPORTED', '--profile is device');
  if (option(context, 'crl') !== undefined) {
    throw new InvalidInputError('ERR_CRL_UNSUPPORTED', 'revocation is told by the signed site state, not by a CRL');
  }
}

async function verify(context: CommandContext, chainPem: string, purposeText: string, name: string | undefined) {
  refuseUnsupported(context);
  const purpose = purposeOf(purposeText);
  const anchors = await readCertificates(demanded(context, 'roots'));
  const intermediatesPath = option(context, 'intermediates');
  const intermediates = intermediatesPath === undefined ? [] : await readCertificates(intermediatesPath);
  const chain = parseCertificates(chainPem);
  if (chain === undefined) return answer(['certificate-malformed'], null);
  const verdict = checkCertificate({ chain: [...chain, ...intermediates], anchors, purpose, nowMs: context.nowMs });
  const named = name === undefined || verdict.identity === null || verdict.identity.ref.id === name;
  return answer(named ? verdict.errors : ['certificate-other-name'], named ? verdict.identity : null);
}

function answer(errors: readonly Failure[], identity: CertificateVerdict['identity']): CommandResult {
  const shown = identity && {
    ...identity.ref,
    thumbprint: identity.thumbprint,
    serial: identity.serial,
    notBefore: timestamp(identity.notBeforeMs),
    notAfter: timestamp(identity.notAfterMs),
  };
  const code = errors[0] ?? 'certificate-valid';
  return {
    document: { schema: 'vitalgate.certificate-verdict/1', valid: errors.length === 0, code, errors, identity: shown },
    exitCode: errors.length === 0 ? 0 : 1,
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const command: Command = {
  name: 'verify certificate',
  summary: 'judge a certificate by the strict profile of its purpose',
  usage: '--chain C.pem --roots R.pem [--intermediates I.pem] --purpose device|gateway|resource [--name SITE:NAME]',
  options: {
    chain: { type: 'string' },
    roots: { type: 'string' },
    intermediates: { type: 'string' },
    crl: { type: 'string' },
    name: { type: 'string' },
    purpose: { type: 'string' },
    profile: { type: 'string' },
  },
  run: (context) =>
    withInput(async () => {
      const chain = await readText(demanded(context, 'chain'));
      return verify(context, chain, demanded(context, 'purpose'), option(context, 'name'));
    }),
  /** A line is `{chain, purpose?, name?}` with the chain as PEM text; the options say the rest. */
  runLine: (line, context) =>
    withInput(async () => {
      const chain = text(line['chain']);
      if (chain === undefined) throw new InvalidInputError('ERR_LINE_MALFORMED', 'a line is {"chain": PEM}');
      const purpose = text(line['purpose']) ?? demanded(context, 'purpose');
      return verify(context, chain, purpose, text(line['name']) ?? option(context, 'name'));
    }),
};
