/** The X.509 extensions that a verdict rests on, read strictly. @see RFC 5280 §4.2 */
import { contextConstructed, type DerElement, malformed, readChildren, readElement, sequence, TAG } from './der.ts';
import { booleanValue, namedBits, objectIdentifier, smallInteger } from './der-values.ts';
import { type GeneralName, generalName, generalNames } from './distinguished-name.ts';

export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;
export const EXTENDED_KEY_USAGE = {
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;
/** Bits of KeyUsage. */
export const KEY_USAGE = { digitalSignature: 0, keyCertSign: 5, crlSign: 6 } as const;

export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

export interface CertificateExtensions {
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  readonly keyUsage: ReadonlySet<number> | null;
  readonly extendedKeyUsage: readonly string[] | null;
  readonly alternativeNames: readonly GeneralName[];
  readonly nameConstraints: NameConstraints | null;
  /** Critical extensions that nothing here understands: the certificate must be refused. */
  readonly unknownCritical: readonly string[];
}

interface RawExtension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}
export type RawExtensions = ReadonlyMap<string, RawExtension>;

/** An `Extensions` SEQUENCE; each extension at most once. */
export function rawExtensions(list: DerElement): RawExtensions {
  const found = new Map<string, RawExtension>();
  for (const extension of sequence(list)) {
    const parts = sequence(extension);
    const [type, second] = parts;
    const oid = objectIdentifier(type);
    const stated = second?.tag === TAG.boolean;
    // DER leaves a DEFAULT value out: a stated `critical` is TRUE.
    if (stated && !booleanValue(second)) throw malformed('critical FALSE written out');
    const value = parts[stated ? 2 : 1];
    if (value?.tag !== TAG.octetString || parts.length !== (stated ? 3 : 2)) throw malformed('extension');
    if (found.has(oid)) throw malformed('repeated extension');
    found.set(oid, { critical: stated, value: value.content });
  }
  if (found.size === 0) throw malformed('empty list of extensions');
  return found;
}

function basicConstraints(value: Uint8Array): { readonly ca: boolean; readonly pathLength: number | null } {
  const parts = [...sequence(readElement(value))];
  const ca = parts[0]?.tag === TAG.boolean;
  if (ca && !booleanValue(parts.shift())) throw malformed('cA FALSE written out');
  const pathLength = parts.length > 0 ? smallInteger(parts.shift()) : null;
  if (parts.length > 0 || (pathLength !== null && !ca)) throw malformed('basic constraints');
  return { ca, pathLength };
}

function subtrees(element: DerElement | undefined): readonly GeneralName[] {
  if (element === undefined) return [];
  return readChildren(element.content).map((subtree) => {
    const [base, ...bounds] = sequence(subtree);
    if (bounds.length > 0) throw malformed('subtree with minimum or maximum');
    return generalName(base);
  });
}

function nameConstraints(value: Uint8Array): NameConstraints {
  const parts = sequence(readElement(value));
  const permitted = parts.find((part) => part.tag === contextConstructed(0));
  const excluded = parts.find((part) => part.tag === contextConstructed(1));
  if (parts.length === 0 || parts.length !== [permitted, excluded].filter((part) => part !== undefined).length) {
    throw malformed('name constraints');
  }
  return { permitted: subtrees(permitted), excluded: subtrees(excluded) };
}

const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION.basicConstraints,
  EXTENSION.keyUsage,
  EXTENSION.extendedKeyUsage,
  EXTENSION.subjectAlternativeName,
  EXTENSION.nameConstraints,
]);

export function readExtensions(raw: RawExtensions): CertificateExtensions {
  const read = <T, D>(oid: string, parse: (value: Uint8Array) => T, absent: D): T | D => {
    const extension = raw.get(oid);
    return extension === undefined ? absent : parse(extension.value);
  };
  return {
    basicConstraints: read(EXTENSION.basicConstraints, basicConstraints, null),
    keyUsage: read(EXTENSION.keyUsage, (value) => namedBits(readElement(value)), null),
    extendedKeyUsage: read(
      EXTENSION.extendedKeyUsage,
      (value) => sequence(readElement(value)).map(objectIdentifier),
      null,
    ),
    alternativeNames: read(EXTENSION.subjectAlternativeName, generalNames, []),
    nameConstraints: read(EXTENSION.nameConstraints, nameConstraints, null),
    unknownCritical: [...raw].filter(([oid, { critical }]) => critical && !UNDERSTOOD.has(oid)).map(([oid]) => oid),
  };
}
