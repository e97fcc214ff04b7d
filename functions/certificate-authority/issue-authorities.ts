/** Issues the root and the three issuing authorities, and leaves alone what was issued over the same keys before. */

import { InvalidInputError } from '../../core/errors.ts';
import { issueAuthority } from '../../core/identity/certificate-authority.ts';
import type { CertificatePurpose } from '../../core/identity/certificate-purposes.ts';
import { AUTHORITY_NAMES, type Authorities, type AuthorityName } from '../adapters/ports/authority-store.ts';
import type { CertifiableSigner } from '../adapters/ports/signing.ts';

const YEAR_MS = 365 * 24 * 3600 * 1000;
/** The root outlives what it signs; devices are in use for ten to fifteen years. */
const ROOT_YEARS = 25;
const ISSUING_YEARS = 15;
/** A verifier whose clock is behind must not refuse what was issued a moment ago. */
const BACKDATED_MS = 5 * 60 * 1000;
const DEFAULT_ORGANISATION = 'Vitalgate';
const TITLES: Readonly<Record<AuthorityName, string>> = {
  root: 'Root CA',
  device: 'Device CA',
  gateway: 'Gateway CA',
  resource: 'Resource CA',
};

type Authority = Authorities['root'];

export interface AuthorityIssue {
  /** What was issued before, if anything. */
  readonly held: Authorities | undefined;
  readonly keys: Readonly<Record<AuthorityName, CertifiableSigner>>;
  /** Shown to people in the names of new certificates. */
  readonly organisation: string | undefined;
  readonly nowMs: number;
  /** A new serial number in hexadecimal at each call. */
  readonly newSerial: () => string;
}

/**
 * A new root key makes everything new; a new key of one issuing authority makes that one new.
 * @throws InvalidInputError `ERR_AUTHORITY_KEYS` when two authorities would share a key: each would be the other
 */
export async function issueAuthorities(issue: AuthorityIssue): Promise<Authorities> {
  const { held, keys } = issue;
  if (new Set(AUTHORITY_NAMES.map((name) => keys[name].kid)).size < AUTHORITY_NAMES.length) {
    throw new InvalidInputError('ERR_AUTHORITY_KEYS', 'each authority needs a key of its own');
  }
  const root = sameKey(held?.root, keys.root) ?? (await newAuthority(issue, 'root', null));
  const trusted = root === held?.root ? held : undefined;
  const under = async (name: CertificatePurpose): Promise<Authority> =>
    sameKey(trusted?.[name], keys[name]) ?? (await newAuthority(issue, name, root));
  return {
    schema: 'vitalgate.authorities/1',
    root,
    device: await under('device'),
    gateway: await under('gateway'),
    resource: await under('resource'),
  };
}

const sameKey = (held: Authority | undefined, { kid }: CertifiableSigner): Authority | undefined =>
  held?.keyThumbprint === kid ? held : undefined;

async function newAuthority(issue: AuthorityIssue, name: AuthorityName, root: Authority | null): Promise<Authority> {
  const { keys, organisation = DEFAULT_ORGANISATION, nowMs, newSerial } = issue;
  const signer = keys[name];
  const pem = await issueAuthority({
    authority: root === null ? null : { certificatePem: root.pem, signer: keys.root },
    signer,
    publicKeySpki: signer.publicKeySpki,
    commonName: `${organisation} ${TITLES[name]}`,
    purpose: name === 'root' ? null : name,
    serialHex: newSerial(),
    notBeforeMs: nowMs - BACKDATED_MS,
    notAfterMs: nowMs + (root === null ? ROOT_YEARS : ISSUING_YEARS) * YEAR_MS,
  });
  return { keyThumbprint: signer.kid, pem };
}
