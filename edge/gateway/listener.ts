/** One listening port: mutual TLS 1.3 with pinned suites. What passes it has a certificate of a known authority, no more. */
import { constants, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createSecureContext, createServer, type Server, type TLSSocket } from 'node:tls';
import { InvalidInputError } from '../../core/errors.ts';
import type { GatewayConfig, ListenerConfig } from '../config.ts';
import { HTTP_ALPN, TUNNEL_ALPN } from './route.ts';

/** A peer that has not finished its handshake by then holds a socket for nothing. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
const BACKLOG = 4096;

export interface ListenerEvents {
  readonly connection: (socket: TLSSocket, listener: ListenerConfig) => void;
  readonly handshakeFailed: (code: string, remoteAddress: string) => void;
}

export interface BoundAddress {
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
  readonly resource?: string;
}

export class Listener {
  readonly #config: ListenerConfig;
  readonly #server: Server;

  constructor(listener: ListenerConfig, tls: GatewayConfig['tls'], events: ListenerEvents) {
    this.#config = listener;
    const context = {
      cert: readFileSync(listener.cert),
      key: readFileSync(listener.key),
      ca: readFileSync(listener.clientCa),
      minVersion: 'TLSv1.3' as const,
      maxVersion: 'TLSv1.3' as const,
      ciphers: tls.ciphers,
      ecdhCurve: tls.groups,
      // Without tickets every connection shows its certificate anew.
      ...(!tls.tickets && { secureOptions: constants.SSL_OP_NO_TICKET }),
    };
    if (listener.resource !== undefined) requireRoot(context.ca);
    this.#server = createServer({
      ...context,
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: [TUNNEL_ALPN, HTTP_ALPN],
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      allowHalfOpen: true,
      noDelay: true,
    });
    // For every alias: an issuing authority is an anchor by itself, so a chain is followed no further than needed.
    this.#server.addContext('*', createSecureContext({ ...context, allowPartialTrustChain: true }));
    this.#server.on('secureConnection', (socket) => events.connection(socket, listener));
    this.#server.on('tlsClientError', (error: Error & { code?: string }, socket) => {
      events.handshakeFailed(error.code ?? error.name, socket.remoteAddress ?? '');
      socket.destroy();
    });
  }

  listen(): Promise<BoundAddress> {
    const { address, port, protocol, resource } = this.#config;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: address, port, backlog: BACKLOG }, () => {
        this.#server.off('error', reject);
        const bound = this.#server.address() as AddressInfo;
        resolve({ address: bound.address, port: bound.port, protocol, ...(resource !== undefined && { resource }) });
      });
    });
  }

  /** No new connections; those that exist go on. */
  close(): void {
    this.#server.close();
  }
}

/**
 * Without an alias the connection is checked by Node's default way, which follows every chain to a self-signed root.
 * @throws InvalidInputError `ERR_CLIENT_CA_INCOMPLETE`
 */
function requireRoot(pems: Buffer): void {
  const certificates = pems.toString('utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (certificates.some((pem) => isSelfSigned(new X509Certificate(pem)))) return;
  const message = 'a listener bound to a resource needs the root in its clientCa file';
  throw new InvalidInputError('ERR_CLIENT_CA_INCOMPLETE', message);
}

const isSelfSigned = (certificate: X509Certificate): boolean => certificate.subject === certificate.issuer;
