/** SubjectPublicKeyInfo: which kind of key, and how strong. @see RFC 5280 §4.1.2.7, RFC 5480 */
import { type DerElement, malformed, readElement, sequence, TAG } from './der.ts';
import { integerBytes, objectIdentifier, octetAlignedBits } from './der-values.ts';

const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
const CURVES: Readonly<Record<string, 'P-256' | 'P-384' | 'P-521'>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
};

/** `spki` is the whole structure, as node:crypto and WebCrypto import it. */
export interface PublicKeyInfo {
  readonly kind: 'P-256' | 'P-384' | 'P-521' | 'RSA' | 'other';
  /** Length of the RSA modulus in bits; 0 for other kinds. */
  readonly modulusBits: number;
  readonly spki: Uint8Array;
}

export function readPublicKeyInfo(element: DerElement | undefined): PublicKeyInfo {
  const parts = sequence(element);
  const [algorithm, key] = parts;
  const [type, parameters] = sequence(algorithm);
  if (element === undefined || parts.length !== 2) throw malformed('public key info');
  const bits = octetAlignedBits(key);
  const spki = element.encoded;
  switch (objectIdentifier(type)) {
    case EC_PUBLIC_KEY: {
      // Explicit curve parameters (CVE-2020-0601) are no named curve and stay `other`.
      const curve = parameters?.tag === TAG.oid ? CURVES[objectIdentifier(parameters)] : undefined;
      return { kind: curve ?? 'other', modulusBits: 0, spki };
    }
    case RSA_ENCRYPTION:
      return { kind: 'RSA', modulusBits: modulusBits(bits), spki };
    default:
      return { kind: 'other', modulusBits: 0, spki };
  }
}

function modulusBits(rsaPublicKey: Uint8Array): number {
  const [modulus] = sequence(readElement(rsaPublicKey));
  const octets = integerBytes(modulus);
  const significant = octets[0] === 0 ? octets.subarray(1) : octets;
  const [first = 0] = significant;
  return significant.length * 8 - (Math.clz32(first) - 24);
}
