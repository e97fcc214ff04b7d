/** KMS answers ECDSA-Sig-Value in DER; JWS and WebCrypto take r‖s. @see RFC 3279 §2.2.3, RFC 7518 §3.4 */
import { InvalidInputError } from '../../../core/errors.ts';

const INTEGER_OCTETS = 32;
const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** @returns 64 octets @throws InvalidInputError `ERR_SIGNATURE_FORM` for anything but a P-256 signature in DER */
export function rawSignature(der: Uint8Array): Uint8Array {
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) throw malformed();
  const [r, next] = integer(der, 2);
  const [s, end] = integer(der, next);
  if (end !== der.length) throw malformed();
  const raw = new Uint8Array(2 * INTEGER_OCTETS);
  raw.set(r, INTEGER_OCTETS - r.length);
  raw.set(s, 2 * INTEGER_OCTETS - s.length);
  return raw;
}

function integer(der: Uint8Array, at: number): [Uint8Array, number] {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  if (der[at] !== INTEGER || length === 0 || end > der.length) throw malformed();
  let value = der.subarray(at + 2, end);
  while (value.length > 1 && value[0] === 0) value = value.subarray(1);
  if (value.length > INTEGER_OCTETS) throw malformed();
  return [value, end];
}

const malformed = () => new InvalidInputError('ERR_SIGNATURE_FORM', 'not a P-256 signature');
