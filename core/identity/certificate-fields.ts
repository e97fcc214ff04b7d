/** An X.509 certificate's fields, read strictly from its DER. @see RFC 5280 §4.1 */
import { createHash } from 'node:crypto';
import { type CertificateExtensions, rawExtensions, readExtensions } from './certificate-extensions.ts';
import { contextConstructed, contextTag, expectTag, malformed, readElement, sequence, TAG } from './der.ts';
import {
  integerBytes,
  objectIdentifier,
  octetAlignedBits,
  optionalContext,
  smallInteger,
  timeMs,
} from './der-values.ts';
import { commonNames } from './distinguished-name.ts';
import { type PublicKeyInfo, readPublicKeyInfo } from './public-key-info.ts';

export interface CertificateFields extends CertificateExtensions {
  /** 1, 2 or 3. */
  readonly version: number;
  /** Lower-case hexadecimal, without leading zeros. */
  readonly serial: string;
  readonly serialValid: boolean;
  readonly signatureAlgorithm: string;
  readonly issuer: string;
  /** The DER of the subject in hexadecimal, to be compared with another's `issuer`. */
  readonly subject: string;
  readonly commonNames: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly publicKey: PublicKeyInfo;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly thumbprint: string;
  /** What the issuer signed. */
  readonly toBeSigned: Uint8Array;
}

/** The longest serial number RFC 5280 §4.1.2.2 allows. */
const MAX_SERIAL_OCTETS = 20;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** @throws InvalidInputError ERR_DER_MALFORMED */
export function readCertificate(der: Uint8Array): CertificateFields {
  const [tbs, algorithm, signature, ...more] = sequence(readElement(der));
  if (tbs === undefined || more.length > 0) throw malformed('certificate');
  octetAlignedBits(signature);

  const [versionElement, fields] = optionalContext(sequence(tbs), contextConstructed(0));
  const version = versionElement === undefined ? 1 : smallInteger(readElement(versionElement.content)) + 1;
  const [serial, innerAlgorithm, issuer, validity, subject, publicKey, ...tail] = fields;
  if (innerAlgorithm === undefined || issuer === undefined || subject === undefined) throw malformed('certificate');
  if (hex(innerAlgorithm.encoded) !== hex(expectTag(algorithm, TAG.sequence).encoded)) {
    throw malformed('two signature algorithms');
  }
  const [notBefore, notAfter, ...times] = sequence(validity);
  if (times.length > 0) throw malformed('validity');

  const [, afterIssuerId] = optionalContext(tail, contextTag(1));
  const [, afterSubjectId] = optionalContext(afterIssuerId, contextTag(2));
  const [extensions, rest] = optionalContext(afterSubjectId, contextConstructed(3));
  if (rest.length > 0 || (extensions !== undefined && version !== 3)) throw malformed('certificate');

  const serialBytes = integerBytes(serial);
  return {
    version,
    serial: hex(serialBytes).replace(/^(?:00)+(?=..)/, ''),
    serialValid: (serialBytes[0] ?? 0) < 0x80 && serialBytes.length <= MAX_SERIAL_OCTETS && serialBytes.some(Boolean),
    signatureAlgorithm: objectIdentifier(sequence(algorithm)[0]),
    issuer: hex(expectTag(issuer, TAG.sequence).encoded),
    subject: hex(subject.encoded),
    commonNames: commonNames(subject),
    notBeforeMs: timeMs(notBefore),
    notAfterMs: timeMs(notAfter),
    publicKey: readPublicKeyInfo(publicKey),
    thumbprint: createHash('sha256').update(der).digest('hex'),
    toBeSigned: tbs.encoded,
    ...readExtensions(extensions === undefined ? new Map() : rawExtensions(readElement(extensions.content))),
  };
}
