/** Primitive DER values: object identifiers, numbers, bit strings, times, text. Each in its one canonical form. */
import { type DerElement, expectTag, malformed, TAG } from './der.ts';

/** Dotted form, such as `1.2.840.10045.2.1`. */
export function objectIdentifier(element: DerElement | undefined): string {
  const { content } = expectTag(element, TAG.oid);
  if (content.length === 0) throw malformed('empty object identifier');
  const arcs: number[] = [];
  let arc = 0;
  let fresh = true;
  for (const octet of content) {
    if (fresh && octet === 0x80) throw malformed('padded object identifier');
    arc = arc * 128 + (octet & 0x7f);
    if (!Number.isSafeInteger(arc)) throw malformed('oversize object identifier');
    fresh = (octet & 0x80) === 0;
    if (fresh) {
      if (arcs.length === 0) {
        const root = Math.min(Math.floor(arc / 40), 2);
        arcs.push(root, arc - root * 40);
      } else arcs.push(arc);
      arc = 0;
    }
  }
  if (!fresh) throw malformed('truncated object identifier');
  return arcs.join('.');
}

/** The two's complement octets of a minimal INTEGER. */
export function integerBytes(element: DerElement | undefined): Uint8Array {
  const { content } = expectTag(element, TAG.integer);
  const [first, second] = content;
  if (first === undefined) throw malformed('empty integer');
  const padded = second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (padded) throw malformed('non-minimal integer');
  return content;
}

/** A non-negative number of at most 31 bits. */
export function smallInteger(element: DerElement | undefined): number {
  const octets = integerBytes(element);
  if ((octets[0] ?? 0) >= 0x80 || octets.length > 4) throw malformed('integer out of range');
  return octets.reduce((value, octet) => value * 256 + octet, 0);
}

export function booleanValue(element: DerElement | undefined): boolean {
  const { content } = expectTag(element, TAG.boolean);
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw malformed('boolean');
  return content[0] === 0xff;
}

/** The octets of a BIT STRING that holds whole octets, as keys and signatures do. */
export function octetAlignedBits(element: DerElement | undefined): Uint8Array {
  const { content } = expectTag(element, TAG.bitString);
  if (content[0] !== 0) throw malformed('bit string with unused bits');
  return content.subarray(1);
}

/** A named bit list: bit 0 first, as in KeyUsage. */
export function namedBits(element: DerElement): ReadonlySet<number> {
  const { content } = expectTag(element, TAG.bitString);
  const unused = content[0];
  const bits = content.subarray(1);
  const last = bits[bits.length - 1];
  if (unused === undefined || unused > 7) throw malformed('bit string');
  // DER: no trailing zero bits, so the last bit that counts is set.
  if (last === undefined ? unused !== 0 : ((last >> unused) & 1) === 0 || (last & ((1 << unused) - 1)) !== 0) {
    throw malformed('named bit list with trailing zeros');
  }
  const set = new Set<number>();
  bits.forEach((octet, index) => {
    for (let bit = 0; bit < 8; bit += 1) if (octet & (0x80 >> bit)) set.add(index * 8 + bit);
  });
  return set;
}

const TIME = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;
/** RFC 5280 §4.1.2.5: UTCTime up to 2049, GeneralizedTime from 2050, both with seconds and in UTC. */
export function timeMs(element: DerElement | undefined): number {
  const isUtcTime = element?.tag === TAG.utcTime;
  const { content } = expectTag(element, isUtcTime ? TAG.utcTime : TAG.generalizedTime);
  const text = Buffer.from(content).toString('latin1');
  const [, yearText = '', month, day, hour, minute, second] = TIME.exec(text) ?? [];
  if (yearText.length !== (isUtcTime ? 2 : 4)) throw malformed('time');
  const year = isUtcTime ? Number(yearText) + (Number(yearText) < 50 ? 2000 : 1900) : Number(yearText);
  if (!isUtcTime && year < 2050) throw malformed('GeneralizedTime before 2050');
  const at = `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const epochMs = Date.parse(at);
  // Date.parse rolls 30 February over; a round trip shows it.
  if (Number.isNaN(epochMs) || new Date(epochMs).toISOString() !== at) throw malformed('time');
  return epochMs;
}

/** UTF8String, PrintableString or IA5String; other string types have no place in our names. */
export function textValue(element: DerElement): string {
  const ascii = element.tag === TAG.printableString || element.tag === TAG.ia5String;
  if (!ascii && element.tag !== TAG.utf8String) throw malformed('string type');
  return ascii ? asciiText(element.content) : utf8Text(element.content);
}

export function asciiText(content: Uint8Array): string {
  if (content.some((octet) => octet < 0x20 || octet > 0x7e)) throw malformed('non-ASCII text');
  return Buffer.from(content).toString('latin1');
}

function utf8Text(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (cause) {
    throw malformed(`UTF-8 text (${cause instanceof Error ? cause.name : 'unknown'})`);
  }
}

/** An optional `[number]` element at this place, and the elements after it. */
export function optionalContext(
  elements: readonly DerElement[],
  tag: number,
): readonly [DerElement | undefined, readonly DerElement[]] {
  const [first, ...rest] = elements;
  return first?.tag === tag ? [first, rest] : [undefined, elements];
}
