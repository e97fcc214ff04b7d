/**
 * Issues X.509 certificates over keys that never leave where they are (KMS): root, issuing authorities, leaves.
 * Of a request only the public key is taken; everything else is said here.
 */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { EntityRef } from '../contracts/identifiers.ts';
import { InvalidInputError } from '../errors.ts';
import type { Signer } from '../signing/jws.ts';
import { EXTENSION } from './certificate-extensions.ts';
import { authorityUri, type CertificatePurpose, PURPOSE_PROFILES } from './certificate-purposes.ts';
import { readElement, sequence } from './der.ts';
import { uriNameConstraints } from './der-writer.ts';
import { spiffeId, TRUST_DOMAIN } from './spiffe.ts';

/** Who signs: its own certificate and its key. */
export interface IssuingAuthority {
  readonly certificatePem: string;
  readonly signer: Signer;
}

interface Validity {
  /** 1 to 20 octets of the caller's randomness, in hexadecimal. @see RFC 5280 §4.1.2.2 */
  readonly serialHex: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface CertificateOrder extends Validity {
  readonly authority: IssuingAuthority;
  /** P-256 SubjectPublicKeyInfo in DER. */
  readonly publicKeySpki: Uint8Array;
  readonly ref: EntityRef;
  readonly purpose: CertificatePurpose;
  /** Host names that clients dial; for gateways and business systems. */
  readonly dnsNames?: readonly string[];
}

export interface AuthorityOrder extends Validity {
  /** `null` makes a self-signed root. */
  readonly authority: IssuingAuthority | null;
  /** The new authority's own key, which signs a root; an authority above signs with its own. */
  readonly signer: Signer;
  readonly publicKeySpki: Uint8Array;
  /** Shown to people only. */
  readonly commonName: string;
  /** What an issuing authority issues for; `null` for a root. */
  readonly purpose: CertificatePurpose | null;
}

const ECDSA_SHA256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** r‖s of P-256. The library turns it into the DER form that X.509 has. */
const RAW_SIGNATURE_OCTETS = 64;
const SERIAL = /^(?:[0-9a-f]{2}){1,20}$/;

interface ToBeSigned extends Validity {
  readonly subject: string;
  readonly issuer: x509.Name;
  readonly publicKeySpki: Uint8Array;
  readonly extensions: x509.Extension[];
}

const commonName = (value: string): x509.Name => new x509.Name([{ CN: [{ utf8String: value }] }]);
const bytes = (data: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(data);

async function sign(fields: ToBeSigned, signer: Signer): Promise<string> {
  if (!SERIAL.test(fields.serialHex))
    throw new InvalidInputError('ERR_CERTIFICATE_SERIAL', 'serial number of 1 to 20 octets');
  const parameters = {
    serialNumber: fields.serialHex,
    subject: commonName(fields.subject),
    issuer: fields.issuer,
    notBefore: new Date(fields.notBeforeMs),
    notAfter: new Date(fields.notAfterMs),
    publicKey: bytes(fields.publicKeySpki),
    signingAlgorithm: ECDSA_SHA256,
    extensions: fields.extensions,
  };
  // The library signs with keys it holds; an outside signer gets the to-be-signed part of an unsigned draft.
  const draft = await x509.X509CertificateGenerator.create({
    ...parameters,
    signature: new Uint8Array(RAW_SIGNATURE_OCTETS),
  });
  const [toBeSigned] = sequence(readElement(new Uint8Array(draft.rawData)));
  if (toBeSigned === undefined) throw new InvalidInputError('ERR_CERTIFICATE_DRAFT', 'the draft certificate is empty');
  const signature = bytes(await signer.sign(toBeSigned.encoded));
  const certificate = await x509.X509CertificateGenerator.create({ ...parameters, signature });
  return `${certificate.toString('pem')}\n`;
}

/** SHA-1 of the key as an identifier, as RFC 5280 §4.2.1.2 suggests: a name, not a protection. */
async function keyIdentifiers(subjectSpki: Uint8Array, issuerSpki: Uint8Array): Promise<x509.Extension[]> {
  return [
    await x509.SubjectKeyIdentifierExtension.create(bytes(subjectSpki)),
    await x509.AuthorityKeyIdentifierExtension.create(bytes(issuerSpki)),
  ];
}

/**
 * A leaf certificate for one entity: its id as CN, its SPIFFE id as the one URI, the key usages of its purpose.
 * @returns PEM with a final line break
 */
export async function issueCertificate(order: CertificateOrder): Promise<string> {
  const issuer = new x509.X509Certificate(order.authority.certificatePem);
  const names: x509.JsonGeneralNames = [
    { type: 'url', value: spiffeId(order.ref) },
    ...(order.dnsNames ?? []).map((value) => ({ type: 'dns' as const, value })),
  ];
  const { extendedKeyUsage, kinds } = PURPOSE_PROFILES[order.purpose];
  if (!kinds.includes(order.ref.kind)) {
    throw new InvalidInputError('ERR_CERTIFICATE_PURPOSE', `a ${order.ref.kind} gets no ${order.purpose} certificate`);
  }
  return sign(
    {
      ...order,
      subject: order.ref.id,
      issuer: issuer.subjectName,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([...extendedKeyUsage]),
        new x509.SubjectAlternativeNameExtension(names),
        ...(await keyIdentifiers(order.publicKeySpki, new Uint8Array(issuer.publicKey.rawData))),
      ],
    },
    order.authority.signer,
  );
}

/**
 * A root, or an authority below it that issues leaves of one purpose: no authority below it, no name outside the trust
 * domain, and its purpose written into its own name.
 * @returns PEM with a final line break
 */
export async function issueAuthority(order: AuthorityOrder): Promise<string> {
  const issuer = order.authority === null ? null : new x509.X509Certificate(order.authority.certificatePem);
  const issuerSpki = issuer === null ? order.publicKeySpki : new Uint8Array(issuer.publicKey.rawData);
  const issuing =
    order.purpose === null
      ? []
      : [
          new x509.SubjectAlternativeNameExtension([{ type: 'url', value: authorityUri(order.purpose) }]),
          new x509.Extension(EXTENSION.nameConstraints, true, bytes(uriNameConstraints(TRUST_DOMAIN))),
        ];
  return sign(
    {
      ...order,
      subject: order.commonName,
      issuer: issuer?.subjectName ?? commonName(order.commonName),
      extensions: [
        new x509.BasicConstraintsExtension(true, order.purpose === null ? 1 : 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        ...issuing,
        ...(await keyIdentifiers(order.publicKeySpki, issuerSpki)),
      ],
    },
    order.authority?.signer ?? order.signer,
  );
}
