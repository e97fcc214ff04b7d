/**
 * A strict reader of DER, the encoding of certificates and certificate requests.
 *
 * Node's X509Certificate tells neither version nor key usage and forgives what DER forbids. This reader refuses
 * indefinite and non-minimal lengths, long tags, trailing bytes and non-canonical primitives. @see ITU-T X.690 §10
 */
import { InvalidInputError } from '../errors.ts';

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** `[n]` with content of its own type (primitive) or holding elements (constructed). */
export const contextTag = (number: number): number => 0x80 | number;
export const contextConstructed = (number: number): number => 0xa0 | number;

/** One element. `encoded` is header and content, `content` only the latter; both are views, not copies. */
export interface DerElement {
  readonly tag: number;
  readonly encoded: Uint8Array;
  readonly content: Uint8Array;
}

/** Thrown inside the parsers of this folder and turned into a verdict at their edge. */
export const malformed = (what: string): InvalidInputError =>
  new InvalidInputError('ERR_DER_MALFORMED', `not valid DER: ${what}`);

function readAt(bytes: Uint8Array, offset: number): DerElement {
  const [tag, first] = [bytes[offset], bytes[offset + 1]];
  if (tag === undefined || first === undefined) throw malformed('truncated header');
  if ((tag & 0x1f) === 0x1f) throw malformed('long tag');
  let length = first;
  let start = offset + 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0 || octets > 3) throw malformed('indefinite or oversize length');
    length = 0;
    for (let index = 0; index < octets; index += 1) {
      const octet = bytes[start + index];
      if (octet === undefined) throw malformed('truncated length');
      length = length * 256 + octet;
    }
    start += octets;
    if (length < 0x80 || length < 2 ** (8 * (octets - 1))) throw malformed('non-minimal length');
  }
  if (start + length > bytes.length) throw malformed('truncated content');
  return { tag, encoded: bytes.subarray(offset, start + length), content: bytes.subarray(start, start + length) };
}

/** The one element that `bytes` is. */
export function readElement(bytes: Uint8Array, tag?: number): DerElement {
  const element = readAt(bytes, 0);
  if (element.encoded.length !== bytes.length) throw malformed('trailing bytes');
  return tag === undefined ? element : expectTag(element, tag);
}

/** All elements inside a constructed one. */
export function readChildren(content: Uint8Array): readonly DerElement[] {
  const children: DerElement[] = [];
  for (let offset = 0; offset < content.length; ) {
    const child = readAt(content, offset);
    children.push(child);
    offset += child.encoded.length;
  }
  return children;
}

export function expectTag(element: DerElement | undefined, tag: number): DerElement {
  if (element?.tag !== tag) throw malformed(`expected tag ${tag}, found ${element?.tag ?? 'nothing'}`);
  return element;
}

/** The elements of a SEQUENCE. */
export const sequence = (element: DerElement | undefined): readonly DerElement[] =>
  readChildren(expectTag(element, TAG.sequence).content);
