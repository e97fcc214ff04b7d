/** A peer that stands where the gateway does: real TLS 1.3 with client certificates, nothing of the gateway's judgement. */
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';
import { entityId, entityRef } from '../../../../core/contracts/identifiers.ts';
import { dialGateway, gatewayTls } from '../../../../edge/agent/gateway-peer.ts';
import { createTestPki, type LeafOptions, type TestLeaf, type TestPki } from '../../../fixtures/pki.ts';

export const GATEWAY = entityRef('gateway', 'north:gw-1');
export const PUMP = entityRef('device', 'north:pump-3');
export const ALIAS = 'a1b2c3d4e5f6a7b8c9d0';

export interface FakeGateway {
  readonly pki: TestPki;
  readonly pump: TestLeaf;
  readonly port: number;
  /** As the agent dials it. */
  readonly dial: (alias: string, protocol?: string) => TLSSocket;
  readonly address: { readonly id: typeof GATEWAY.id; readonly host: string; readonly port: number };
  readonly tls: ReturnType<typeof gatewayTls>;
}

export interface FakeGatewayOptions {
  /** Who it says it is. */
  readonly id?: string;
  readonly certificate?: LeafOptions;
  readonly tls?: TlsOptions;
  readonly onConnection: (socket: TLSSocket) => void;
}

export async function startFakeGateway(options: FakeGatewayOptions): Promise<FakeGateway> {
  const nowMs = Date.now();
  const pki = await createTestPki(nowMs);
  const own = await pki.issue(entityRef('gateway', options.id ?? GATEWAY.id), options.certificate);
  const pump = await pki.issue(PUMP);
  const server = createServer(
    {
      cert: own.chainPem,
      key: own.privateKeyPem,
      ca: [...pki.anchors.device, pki.root.certificatePem],
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['vitalgate-tunnel/1', 'http/1.1'],
      allowHalfOpen: true,
      ...options.tls,
    } as TlsOptions,
    options.onConnection,
  );
  const open = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  );
  const { port } = server.address() as { port: number };
  const anchors = { root: [pki.root.certificatePem], ...pki.anchors };
  const tls = gatewayTls(
    { certificate: pump.chainPem, key: pump.privateKeyPem, anchors },
    entityId(GATEWAY.id),
    () => nowMs,
  );
  const address = { id: GATEWAY.id, host: '127.0.0.1', port };
  return {
    pki,
    pump,
    port,
    address,
    tls,
    dial: (alias, protocol) => dialGateway({ address, tls, alias, ...(protocol !== undefined && { protocol }) }),
  };
}
