/** A certificate's fields and key, read once per X509Certificate object: anchors are looked at in every handshake. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { type CertificateFields, readCertificate } from './certificate-fields.ts';

export interface ReadCertificate {
  readonly certificate: X509Certificate;
  readonly fields: CertificateFields;
  /** Null when the key is none that Node can use, such as a point that is not on its curve. */
  readonly key: KeyObject | null;
}

const known = new WeakMap<X509Certificate, ReadCertificate | null>();

/** @returns undefined when the certificate is not valid DER of an X.509 certificate */
export function readOnce(certificate: X509Certificate): ReadCertificate | undefined {
  let read = known.get(certificate);
  if (read === undefined) {
    read = readNow(certificate);
    known.set(certificate, read);
  }
  return read ?? undefined;
}

function readNow(certificate: X509Certificate): ReadCertificate | null {
  try {
    return { certificate, fields: readCertificate(certificate.raw), key: keyOf(certificate) };
  } catch {
    return null;
  }
}

function keyOf(certificate: X509Certificate): KeyObject | null {
  try {
    return certificate.publicKey;
  } catch {
    return null;
  }
}
