/** Names inside certificates: the subject's common names and the GeneralNames of RFC 5280 §4.2.1.6. */
import { type DerElement, expectTag, malformed, readChildren, readElement, sequence, TAG } from './der.ts';
import { asciiText, objectIdentifier, textValue } from './der-values.ts';

const COMMON_NAME = '2.5.4.3';

/** Every CN of a DER Name, in order. Attributes of other types are skipped whatever string type they use. */
export function commonNames(name: DerElement): readonly string[] {
  const values: string[] = [];
  for (const relativeName of sequence(name)) {
    const attributes = readChildren(expectTag(relativeName, TAG.set).content);
    if (attributes.length === 0) throw malformed('empty relative name');
    for (const attribute of attributes) {
      const [type, value, ...rest] = sequence(attribute);
      if (value === undefined || rest.length > 0) throw malformed('name attribute');
      if (objectIdentifier(type) === COMMON_NAME) values.push(textValue(value));
    }
  }
  return values;
}

/** `value` is text for email, dns and uri, else the content's octets in hexadecimal. */
export interface GeneralName {
  readonly type: 'email' | 'dns' | 'directory' | 'uri' | 'ip' | 'other';
  readonly value: string;
}

const TYPES: Readonly<Record<number, GeneralName['type']>> = {
  129: 'email',
  130: 'dns',
  164: 'directory',
  134: 'uri',
  135: 'ip',
};
const TEXTUAL = new Set<GeneralName['type']>(['email', 'dns', 'uri']);

export function generalName(element: DerElement | undefined): GeneralName {
  if (element === undefined) throw malformed('missing general name');
  const type = TYPES[element.tag] ?? 'other';
  if (TEXTUAL.has(type)) return { type, value: asciiText(element.content) };
  return { type, value: Buffer.from(element.content).toString('hex') };
}

/** The content of a subjectAltName extension. */
export function generalNames(extension: Uint8Array): readonly GeneralName[] {
  const names = sequence(readElement(extension)).map(generalName);
  if (names.length === 0) throw malformed('empty list of names');
  return names;
}
