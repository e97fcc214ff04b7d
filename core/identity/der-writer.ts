/** The few DER structures that are written here and by no library. */
import { contextConstructed, contextTag, TAG } from './der.ts';

/** One element with a content of less than 128 octets, the reach of the short form of a length. */
const element = (tag: number, content: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.of(tag, content.length), content]);

const URI_NAME = 6;
/** NameConstraints that permit URIs of one host and no other. @see RFC 5280 §4.2.1.10 */
export function uriNameConstraints(host: string): Uint8Array {
  const base = element(contextTag(URI_NAME), Buffer.from(host, 'ascii'));
  return element(TAG.sequence, element(contextConstructed(0), element(TAG.sequence, base)));
}
