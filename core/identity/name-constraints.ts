/** Name constraints of an authority, held against the names of what it issued. @see RFC 5280 §4.2.1.10 */
import type { NameConstraints } from './certificate-extensions.ts';
import { readElement, TAG } from './der.ts';
import type { GeneralName } from './distinguished-name.ts';

/** Names of one certificate: its alternative names, and its subject (DER in hexadecimal). */
export interface ConstrainedNames {
  readonly subject: string;
  readonly alternativeNames: readonly GeneralName[];
}

/** False when a name is outside what is permitted, inside what is excluded, or of a type that cannot be compared. */
export function withinConstraints(names: ConstrainedNames, { permitted, excluded }: NameConstraints): boolean {
  const subject: GeneralName[] = nameContent(names.subject) === '' ? [] : [{ type: 'directory', value: names.subject }];
  return [...names.alternativeNames, ...subject].every((name) => {
    const sameType = ({ type }: GeneralName): boolean => type === name.type;
    const allowed = permitted.filter(sameType);
    if (excluded.filter(sameType).some((base) => mayBeUnder(name, base))) return false;
    return allowed.length === 0 || allowed.some((base) => isUnder(name, base));
  });
}

/** Directory names compare byte by byte here; for an exclusion that could miss a name spelt in another string type. */
const mayBeUnder = (name: GeneralName, base: GeneralName): boolean => !COMPARABLE.has(name.type) || isUnder(name, base);
const COMPARABLE = new Set<GeneralName['type']>(['uri', 'dns', 'ip']);

function isUnder(name: GeneralName, base: GeneralName): boolean {
  switch (name.type) {
    case 'uri':
      return hostUnder(uriHost(name.value), base.value.toLowerCase());
    case 'dns':
      return dnsUnder(name.value.toLowerCase(), base.value.toLowerCase());
    case 'ip':
      return addressUnder(name.value, base.value);
    case 'directory':
      return nameContent(name.value).startsWith(nameContent(base.value));
    default:
      return false;
  }
}

/** The host of a URI with an authority; a URI without one is under no constraint's host. */
function uriHost(uri: string): string {
  const [, authority = ''] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(uri) ?? [];
  return authority
    .replace(/^[^@]*@/, '')
    .replace(/:\d*$/, '')
    .toLowerCase();
}

const hostUnder = (host: string, base: string): boolean =>
  host !== '' && (base.startsWith('.') ? host.endsWith(base) && host.length > base.length : host === base);

const dnsUnder = (host: string, base: string): boolean => {
  const domain = base.replace(/^\./, '');
  return domain === '' || host === domain || host.endsWith(`.${domain}`);
};

/** Both in hexadecimal: an address of 4 or 16 octets, a base of an address and a mask of the same length. */
function addressUnder(address: string, base: string): boolean {
  if (base.length !== address.length * 2) return false;
  const [octets, subtree] = [Buffer.from(address, 'hex'), Buffer.from(base, 'hex')];
  return octets.every((octet, index) => {
    const mask = subtree[octets.length + index] ?? 0xff;
    return (octet & mask) === ((subtree[index] ?? 0) & mask);
  });
}

const nameContent = (nameHex: string): string =>
  Buffer.from(readElement(Buffer.from(nameHex, 'hex'), TAG.sequence).content).toString('hex');
