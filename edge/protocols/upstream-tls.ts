/** TLS towards a resource: the gateway's own certificate, and proof that the other side is that very resource. */
import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls';
import type { EntityRef } from '../../core/contracts/identifiers.ts';
import { checkCertificate } from '../../core/identity/certificate-profile.ts';

export interface UpstreamTls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string[];
  readonly minVersion: 'TLSv1.3';
  readonly rejectUnauthorized: true;
  readonly allowPartialTrustChain: true;
  readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined;
}

export interface UpstreamTlsOptions {
  readonly resource: EntityRef;
  readonly cert: string;
  readonly key: string;
  /** PEM of the authorities that issue for resources. */
  readonly anchors: readonly string[];
  readonly nowMs: () => number;
  /** Listed as the resource's own and in force. */
  readonly isActive: (thumbprint: string, resource: EntityRef) => boolean;
}

export function createUpstreamTls(options: UpstreamTlsOptions): UpstreamTls {
  const anchors = options.anchors.map((pem) => new X509Certificate(pem));
  return {
    cert: options.cert,
    key: options.key,
    ca: [...options.anchors],
    minVersion: 'TLSv1.3',
    rejectUnauthorized: true,
    allowPartialTrustChain: true,
    checkServerIdentity(_host, certificate) {
      const chain = chainOf(certificate as DetailedPeerCertificate);
      const { identity, code } = checkCertificate({ chain, anchors, purpose: 'resource', nowMs: options.nowMs() });
      if (identity === null) return new Error(code);
      const { ref, thumbprint } = identity;
      if (ref.kind !== options.resource.kind || ref.id !== options.resource.id) return new Error('resource-mismatch');
      return options.isActive(thumbprint, options.resource) ? undefined : new Error('certificate-not-active');
    },
  };
}

/** Leaf first, each certificate once. */
function chainOf(leaf: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let current: DetailedPeerCertificate | undefined = leaf;
  const seen = new Set<string>();
  while (current?.raw !== undefined && !seen.has(current.fingerprint256)) {
    seen.add(current.fingerprint256);
    chain.push(new X509Certificate(current.raw));
    current = current.issuerCertificate as DetailedPeerCertificate | undefined;
  }
  return chain;
}
