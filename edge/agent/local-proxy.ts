/**
 * A port on the device itself that leads to one resource: whatever connects there is carried, byte for byte, over mutual
 * TLS 1.3 to the gateway. The client keeps its own protocol and knows nothing of it; a refusal is a plain close.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { VitalgateError } from '../../core/errors.ts';
import type { ProxyConfig } from './config.ts';
import { joinStreams } from './join-streams.ts';
import { type AgentLog, faultOf } from './log.ts';

/** A device holds a handful of connections; a program gone wild must not take the gateway along. */
const MAX_CONNECTIONS = 256;

export interface LocalProxy {
  readonly address: string;
  readonly port: number;
  readonly alias: string;
  close(): Promise<void>;
}

/**
 * @param dial opens a connection to the gateway that asks for an alias
 * @throws VitalgateError `ERR_PROXY_LISTEN`
 */
export async function openLocalProxy(
  { listen, alias }: ProxyConfig,
  dial: (alias: string) => TLSSocket,
  log: AgentLog,
): Promise<LocalProxy> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    open.add(client);
    client.once('close', () => open.delete(client));
    carry(client, dial(alias), (cause) => log('warn', 'proxy-failed', { alias, ...faultOf(cause) }));
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listening(server, listen);
  const { port } = server.address() as AddressInfo;
  log('info', 'proxy-listening', { address: listen.address, port, alias });
  return {
    address: listen.address,
    port,
    alias,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of open) client.destroy();
      }),
  };
}

function carry(client: Socket, gateway: TLSSocket, failed: (cause: Error) => void): void {
  client.on('error', () => undefined);
  gateway.on('error', failed);
  joinStreams(client, gateway);
}

function listening(server: Server, { address, port }: ProxyConfig['listen']): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new VitalgateError('ERR_PROXY_LISTEN', `cannot listen on ${address} port ${port}`, { cause })),
    );
    server.listen(port, address, resolve);
  });
}
