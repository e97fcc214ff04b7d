/**
 * How a business system tells its gateway from everybody else. It listens for TLS 1.3 with a client certificate, and
 * what does not prove to be the one configured gateway is dropped before a byte of the application passes.
 */
import { constants, X509Certificate } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import * as z from 'zod';
import type { EntityId } from '../../../core/contracts/identifiers.ts';
import { checkCertificate } from '../../../core/identity/certificate-profile.ts';
import type { Listen } from '../program.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
const MAX_CHAIN = 8;

/** PEM; leaf first. An agent's stored identity has these members and more. */
export const SystemIdentitySchema = z.object({
  certificate: z.string().min(1),
  key: z.string().min(1),
  anchors: z.object({ root: z.array(z.string()).min(1), gateway: z.array(z.string()).min(1) }),
});
type SystemIdentity = z.infer<typeof SystemIdentitySchema>;

export interface GatewayOnlyOptions {
  readonly listen: Listen;
  readonly identity: SystemIdentity;
  /** The one that may connect. */
  readonly gateway: EntityId;
  readonly nowMs: () => number;
  readonly onGateway: (socket: TLSSocket) => void;
  /** A code, and nothing that the peer said. */
  readonly onRefused: (code: string) => void;
}

export interface GatewayOnlyServer {
  readonly port: number;
  close(): Promise<void>;
}

export function listenForGateway(options: GatewayOnlyOptions): Promise<GatewayOnlyServer> {
  const { identity, onGateway, onRefused } = options;
  const open = new Set<Socket>();
  const server = createServer({
    cert: identity.certificate,
    key: identity.key,
    ca: [...identity.anchors.root, ...identity.anchors.gateway],
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3',
    // Without tickets every connection shows its certificate anew.
    secureOptions: constants.SSL_OP_NO_TICKET,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    allowHalfOpen: true,
    noDelay: true,
  });
  const judge = createGatewayJudge(options);
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.on('tlsClientError', (cause: NodeJS.ErrnoException, socket) => {
    onRefused(cause.code ?? 'handshake-failed');
    socket.destroy();
  });
  server.on('secureConnection', (socket) => {
    const code = judge(socket.getPeerX509Certificate());
    if (code === null) return onGateway(socket);
    onRefused(code);
    socket.destroy();
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.listen.port, options.listen.address, () => {
      resolve({ port: (server.address() as AddressInfo).port, close });
    });
  });
}

/** @returns why it is not the gateway, or null when it is */
function createGatewayJudge({
  identity,
  gateway,
  nowMs,
}: Pick<GatewayOnlyOptions, 'identity' | 'gateway' | 'nowMs'>): (leaf: X509Certificate | undefined) => string | null {
  const anchors = identity.anchors.gateway.map((pem) => new X509Certificate(pem));
  return (leaf) => {
    if (leaf === undefined) return 'certificate-missing';
    const { code, identity: peer } = checkCertificate({
      chain: chainOf(leaf),
      anchors,
      purpose: 'gateway',
      nowMs: nowMs(),
    });
    if (peer === null) return code;
    return peer.ref.kind === 'gateway' && peer.ref.id === gateway ? null : 'gateway-mismatch';
  };
}

/** Leaf first, as sent; what names itself ends it. */
function chainOf(leaf: X509Certificate): X509Certificate[] {
  const chain = [leaf];
  let next = leaf.issuerCertificate;
  while (next !== undefined && chain.length < MAX_CHAIN && next.fingerprint256 !== chain.at(-1)?.fingerprint256) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}
