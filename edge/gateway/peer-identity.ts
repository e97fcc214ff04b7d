/**
 * Who is on the other end of a TLS connection: our own strict profile check on top of Node's, remembered by thumbprint,
 * and then the state of that very certificate. Reading a certificate is the dear part of a handshake, so it is read once.
 */
import { hash, X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Bundle } from '../../core/contracts/bundle.ts';
import { type CertificateIdentity, checkCertificate } from '../../core/identity/certificate-profile.ts';
import type { CertificatePurpose } from '../../core/identity/certificate-purposes.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { SiteReplica } from './site-replica.ts';

/** More certificates than any site has; beyond it the oldest verdict is forgotten. */
const REMEMBERED = 20_000;
const RESOURCE_NAME = /URI:spiffe:\/\/[^,]*\/(?:resource|application)\//;

interface Verdict {
  readonly identity: CertificateIdentity | null;
  readonly code: string;
}

export class PeerIdentities {
  readonly #replica: SiteReplica;
  #verdicts = new Map<string, Verdict>();
  #bundle: Bundle | null = null;
  #anchors: Readonly<Record<'device' | 'resource', X509Certificate[]>> = { device: [], resource: [] };

  constructor(replica: SiteReplica) {
    this.#replica = replica;
  }

  /** Codes: those of the certificate profile, `certificate-missing`, and those of {@link standing}. */
  identify(socket: TLSSocket, nowMs: number): Result<CertificateIdentity> & { readonly thumbprint?: string } {
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) return failure('certificate-missing', 'no client certificate');
    const thumbprint = hash('sha256', certificate.raw, 'hex');
    const verdict = this.#verdictOf(thumbprint, certificate, nowMs);
    if (verdict.identity === null) return { ...failure(verdict.code, 'not a certificate of this profile'), thumbprint };
    const code = this.standing(verdict.identity, nowMs);
    if (code !== null) return { ...failure(code, 'the certificate does not hold'), thumbprint };
    return success(verdict.identity);
  }

  /** Whether this certificate is one that its bearer holds now. @returns a reason code, or null when it is */
  standing({ thumbprint, ref, notAfterMs }: CertificateIdentity, nowMs: number): string | null {
    if (notAfterMs <= nowMs) return 'certificate-expired';
    const bearer = this.#replica.state.bearer(thumbprint);
    if (bearer === undefined) return 'certificate-unlisted';
    if (bearer.ref.kind !== ref.kind || bearer.ref.id !== ref.id) return 'certificate-foreign';
    if (bearer.certificate.status !== 'active') return 'certificate-revoked';
    return Date.parse(bearer.certificate.notAfter) <= nowMs ? 'certificate-expired' : null;
  }

  #verdictOf(thumbprint: string, certificate: X509Certificate, nowMs: number): Verdict {
    this.#followBundle();
    const held = this.#verdicts.get(thumbprint);
    if (held !== undefined) return held;
    const { identity, code } = checkCertificate({
      chain: chainOf(certificate),
      anchors: this.#anchors[purposeOf(certificate)],
      purpose: purposeOf(certificate),
      nowMs,
    });
    const verdict = { identity, code };
    // Only what time cannot turn to good is remembered of a refusal.
    if (code === 'certificate-not-yet-valid') return verdict;
    if (this.#verdicts.size >= REMEMBERED) {
      const oldest = this.#verdicts.keys().next();
      if (!oldest.done) this.#verdicts.delete(oldest.value);
    }
    this.#verdicts.set(thumbprint, verdict);
    return verdict;
  }

  /** Other anchors, other verdicts. */
  #followBundle(): void {
    const { bundle } = this.#replica;
    if (bundle === this.#bundle) return;
    this.#bundle = bundle;
    this.#verdicts = new Map();
    const read = (pems: readonly string[] = []) => pems.map((pem) => new X509Certificate(pem));
    const anchors = bundle?.content.anchors;
    this.#anchors = { device: read(anchors?.device), resource: read(anchors?.resource) };
  }
}

/** A first guess that the profile check then holds the certificate to. */
const purposeOf = (certificate: X509Certificate): Extract<CertificatePurpose, 'device' | 'resource'> =>
  RESOURCE_NAME.test(certificate.subjectAltName ?? '') ? 'resource' : 'device';

/** Leaf first, as sent; a root that names itself ends it. */
function chainOf(leaf: X509Certificate): X509Certificate[] {
  const chain = [leaf];
  let current = leaf.issuerCertificate;
  while (current !== undefined && chain.length < 8 && current.fingerprint256 !== chain.at(-1)?.fingerprint256) {
    chain.push(current);
    current = current.issuerCertificate;
  }
  return chain;
}
