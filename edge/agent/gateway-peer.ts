/**
 * The one gateway an agent talks to, proved on every connection: its chain ends at the gateway authority, its certificate
 * keeps our profile, and its SPIFFE id is the configured gateway. Host names say nothing here: SNI carries opaque aliases.
 */
import { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import type { EntityId } from '../../core/contracts/identifiers.ts';
import { checkCertificate } from '../../core/identity/certificate-profile.ts';
import type { GatewayAddress } from './config.ts';
import type { AgentIdentity } from './identity/stored-identity.ts';

/** A gateway on the same site answers in milliseconds; a dead one should not hold a client for long. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

export type GatewayTls = Pick<
  ConnectionOptions,
  'cert' | 'key' | 'ca' | 'minVersion' | 'rejectUnauthorized' | 'allowPartialTrustChain' | 'checkServerIdentity'
>;

/** @param nowMs against which the gateway's certificate is judged */
export function gatewayTls(
  identity: Pick<AgentIdentity, 'certificate' | 'key' | 'anchors'>,
  gateway: EntityId,
  nowMs: () => number,
): GatewayTls {
  const anchors = identity.anchors.gateway.map((pem) => new X509Certificate(pem));
  return {
    cert: identity.certificate,
    key: identity.key,
    ca: [...identity.anchors.gateway],
    minVersion: 'TLSv1.3',
    rejectUnauthorized: true,
    allowPartialTrustChain: true,
    checkServerIdentity: (_name, certificate) => {
      const chain = chainOf(certificate as DetailedPeerCertificate);
      const { code, identity: peer } = checkCertificate({ chain, anchors, purpose: 'gateway', nowMs: nowMs() });
      if (peer === null) return new Error(code);
      return peer.ref.kind === 'gateway' && peer.ref.id === gateway ? undefined : new Error('gateway-mismatch');
    },
  };
}

/** Leaf first, each certificate once. */
function chainOf(leaf: DetailedPeerCertificate): X509Certificate[] {
  const chain = new Map<string, X509Certificate>();
  let next: DetailedPeerCertificate | undefined = leaf;
  while (next?.raw !== undefined && !chain.has(next.fingerprint256)) {
    chain.set(next.fingerprint256, new X509Certificate(next.raw));
    next = next.issuerCertificate;
  }
  return [...chain.values()];
}

export interface Dial {
  readonly address: GatewayAddress;
  readonly tls: GatewayTls;
  /** What is asked for: a resource's alias, or the gateway's own. */
  readonly alias: string;
  /** Offered by ALPN. Such a connection ends as a whole; without one either side may end its half first. */
  readonly protocol?: string;
}

/** Starts one connection; it is destroyed with an error when the handshake takes too long. */
export function dialGateway({ address, tls, alias, protocol }: Dial): TLSSocket {
  const options: ConnectionOptions & { readonly allowHalfOpen: boolean } = {
    ...tls,
    host: address.host,
    port: address.port,
    servername: alias,
    allowHalfOpen: protocol === undefined,
    ...(protocol !== undefined && { ALPNProtocols: [protocol] }),
  };
  const socket = connect(options);
  socket.setNoDelay(true);
  const timer = setTimeout(() => socket.destroy(new Error('handshake-timeout')), HANDSHAKE_TIMEOUT_MS);
  socket.once('secureConnect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  return socket;
}
