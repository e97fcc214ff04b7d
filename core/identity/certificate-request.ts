/**
 * Reads a certificate signing request. It is believed in one thing, its public key, and proves that the sender holds the
 * private one; who it is for comes from the claim, and everything else from us. @see RFC 2986, RFC 7030 §4.2.1
 */
import { createPublicKey, verify } from 'node:crypto';
import type { EntityRef } from '../contracts/identifiers.ts';
import { failure, type Result, success } from '../result.ts';
import { sha256Hex } from '../signing/digest.ts';
import { KEY_USAGE, type RawExtensions, rawExtensions, readExtensions } from './certificate-extensions.ts';
import {
  contextConstructed,
  type DerElement,
  expectTag,
  malformed,
  readChildren,
  readElement,
  sequence,
  TAG,
} from './der.ts';
import { objectIdentifier, octetAlignedBits, smallInteger } from './der-values.ts';
import { commonNames } from './distinguished-name.ts';
import { readPublicKeyInfo } from './public-key-info.ts';
import { spiffeId } from './spiffe.ts';

export interface CertificateRequest {
  /** P-256 SubjectPublicKeyInfo in DER. */
  readonly publicKeySpki: Uint8Array;
  /** SHA-256 of the request's DER: the same request again is recognised by it. */
  readonly digest: string;
}

export type CertificateRequestFailure =
  | 'csr-malformed'
  | 'csr-weak-key'
  | 'csr-signature'
  | 'csr-foreign-subject'
  | 'csr-requests-ca';

/** An EC request of ours has some 300 octets; one with an RSA key of 16,384 bits has under 6,000. */
const MAX_REQUEST_BYTES = 16 * 1024;
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
/** ecdsa-with-SHA256, -SHA384 and -SHA512. */
const HASHES: Readonly<Record<string, string>> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};
const PEM = /^\s*-----BEGIN (NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END \1?CERTIFICATE REQUEST-----\s*$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * @param request PEM, base64 of the DER (as EST sends it), or the DER itself
 * @param expected who the claim is for
 *
 * - `csr-malformed`: cannot be read
 * - `csr-weak-key`: any key but P-256
 * - `csr-signature`: not signed with its own key, or with a hash below SHA-256
 * - `csr-foreign-subject`: asks for another name than the expected one
 * - `csr-requests-ca`: asks to become an authority
 */
export function parseCertificateRequest(
  request: string | Uint8Array,
  expected: EntityRef,
): Promise<Result<CertificateRequest, CertificateRequestFailure>> {
  return Promise.resolve(parse(request, expected));
}

function parse(
  request: string | Uint8Array,
  expected: EntityRef,
): Result<CertificateRequest, CertificateRequestFailure> {
  try {
    const der = toDer(request);
    return der === undefined ? failure('csr-malformed', 'neither PEM, base64 nor DER') : judge(der, expected);
  } catch {
    return failure('csr-malformed', 'the certificate request cannot be read');
  }
}

function toDer(request: string | Uint8Array): Uint8Array | undefined {
  if (request.length > MAX_REQUEST_BYTES) return undefined;
  if (typeof request !== 'string') return request;
  const base64 = (PEM.exec(request)?.[2] ?? request).replace(/\s+/g, '');
  return BASE64.test(base64) ? Buffer.from(base64, 'base64') : undefined;
}

function judge(der: Uint8Array, expected: EntityRef): Result<CertificateRequest, CertificateRequestFailure> {
  const [information, algorithm, signature, ...rest] = sequence(readElement(der));
  const [version, subject, publicKey, attributes, ...more] = sequence(information);
  if (information === undefined || subject === undefined || rest.length + more.length > 0) throw malformed('request');
  if (smallInteger(version) !== 0) throw malformed('request version');
  const key = readPublicKeyInfo(publicKey);
  const names = commonNames(subject);
  const extensions = readExtensions(requestedExtensions(attributes));
  const signatureBytes = octetAlignedBits(signature);
  const hash = HASHES[objectIdentifier(sequence(algorithm)[0])];

  if (key.kind !== 'P-256') return failure('csr-weak-key', 'the key must be an elliptic curve key on P-256');
  if (hash === undefined || !isSigned(information.encoded, key.spki, hash, signatureBytes)) {
    return failure('csr-signature', 'the request is not signed with its own key');
  }
  if (extensions.basicConstraints?.ca === true || extensions.keyUsage?.has(KEY_USAGE.keyCertSign) === true) {
    return failure('csr-requests-ca', 'the request asks to become an authority');
  }
  const own = spiffeId(expected);
  const foreign =
    names.some((name) => name !== expected.id) ||
    extensions.alternativeNames.some(({ type, value }) => type !== 'uri' || value !== own);
  if (foreign) return failure('csr-foreign-subject', `the request names someone else than ${expected.id}`);
  return success({ publicKeySpki: key.spki, digest: sha256Hex(der) });
}

function isSigned(signed: Uint8Array, spki: Uint8Array, hash: string, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  return verify(hash, signed, { key, dsaEncoding: 'der' }, signature);
}

/** The one extension request among the attributes `[0]`, which may be empty. */
function requestedExtensions(attributes: DerElement | undefined): RawExtensions {
  if (attributes === undefined) return new Map();
  const requests = readChildren(expectTag(attributes, contextConstructed(0)).content)
    .map(sequence)
    .filter(([type]) => objectIdentifier(type) === EXTENSION_REQUEST);
  const [request] = requests;
  if (request === undefined) return new Map();
  const values = readChildren(expectTag(request[1], TAG.set).content);
  const [extensions] = values;
  if (requests.length > 1 || values.length !== 1 || extensions === undefined) throw malformed('extension request');
  return rawExtensions(extensions);
}
