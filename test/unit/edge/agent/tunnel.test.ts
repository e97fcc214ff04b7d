import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openTunnel, TUNNEL_PROTOCOL } from '../../../../edge/agent/tunnel.ts';
import { gatewayAlias } from '../../../../edge/decision/gateway-alias.ts';
import { GATEWAY, startFakeGateway } from './fake-gateway.ts';
import { recordedLog } from './recorded-log.ts';

async function service(answer: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Stands for the gateway: the HTTP/2 client on a connection that the agent opened. */
async function startTunnel(port: number) {
  const sessions: ClientHttp2Session[] = [];
  const sockets: TLSSocket[] = [];
  const gateway = await startFakeGateway({
    onConnection: (socket) => {
      sockets.push(socket);
      if (socket.alpnProtocol !== TUNNEL_PROTOCOL) return void socket.destroy();
      const session = connect('https://tunnel', { createConnection: () => socket });
      session.on('error', () => undefined);
      sessions.push(session);
    },
  });
  const recorded = recordedLog();
  const tunnel = openTunnel({
    services: [
      { name: 'drug-library', address: '127.0.0.1', port },
      { name: 'nobody-home', address: '127.0.0.1', port: 1 },
    ],
    dial: () => gateway.dial(gatewayAlias(GATEWAY.id), TUNNEL_PROTOCOL),
    log: recorded.log,
    random: () => 0,
  });
  onTestFinished(() => {
    tunnel.close();
    for (const session of sessions) session.destroy();
  });
  await vi.waitFor(() => expect(recorded.codes()).toContain('tunnel-opened'));
  const open = (authority: string): ClientHttp2Stream => {
    const stream = sessions.at(-1)?.request({ ':method': 'CONNECT', ':authority': authority });
    if (stream === undefined) throw new Error('there is no session');
    stream.on('error', () => undefined);
    return stream;
  };
  return { tunnel, sockets, open, sessions, ...recorded };
}

const statusOf = (stream: ClientHttp2Stream): Promise<unknown> =>
  new Promise((resolve) => stream.on('response', (headers) => resolve(headers[':status'])));

async function readAll(stream: ClientHttp2Stream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

describe('the tunnel', () => {
  it('carries a connection that the gateway opens to the named service, both ways and half-closed', async () => {
    const port = await service((socket) => {
      let heard = '';
      socket.on('data', (chunk: Buffer) => {
        heard += chunk.toString();
      });
      socket.on('end', () => socket.end(`stored ${heard}`));
    });
    const { open, sockets } = await startTunnel(port);
    const stream = open('drug-library');
    stream.end('library 7');
    expect(await statusOf(stream)).toBe(200);
    expect(await readAll(stream)).toBe('stored library 7');
    expect(sockets[0]?.servername).toBe(gatewayAlias(GATEWAY.id));
  });

  it('carries several connections at once without mixing them', async () => {
    const port = await service((socket) => void socket.pipe(socket));
    const { open } = await startTunnel(port);
    const answers = Array.from({ length: 20 }, (_, index) => {
      const stream = open('drug-library');
      stream.end(`line ${index} `.repeat(5000));
      return readAll(stream);
    });
    const heard = await Promise.all(answers);
    expect(heard.every((text, index) => text === `line ${index} `.repeat(5000))).toBe(true);
  });

  it('reaches nothing but the configured services', async () => {
    const port = await service((socket) => socket.end('must not be heard'));
    const { open, codes } = await startTunnel(port);
    expect(await statusOf(open('other-service'))).toBe(404);
    expect(await statusOf(open(`127.0.0.1:${port}`))).toBe(404);
    expect(codes()).toContain('service-unknown');
  });

  it('answers anything but CONNECT with 405', async () => {
    const { sessions } = await startTunnel(1);
    const stream = sessions[0]?.request({ ':method': 'GET', ':path': '/', ':scheme': 'https', ':authority': 'x' });
    expect(stream && (await statusOf(stream))).toBe(405);
  });

  it('tells when the service does not accept the connection', async () => {
    const { open, lines } = await startTunnel(1);
    expect(await statusOf(open('nobody-home'))).toBe(502);
    expect(lines.map(({ code }) => code)).toContain('service-unreachable');
  });

  it('closes the local connection when the gateway cuts the stream', async () => {
    const closed = Promise.withResolvers<void>();
    const port = await service((socket) => {
      socket.on('error', () => closed.resolve()).on('end', () => closed.resolve());
      socket.resume().write('therapy');
    });
    const { open } = await startTunnel(port);
    const stream = open('drug-library');
    await statusOf(stream);
    stream.destroy();
    await closed.promise;
  });

  it('opens again after the connection was lost', async () => {
    const port = await service((socket) => socket.end('again'));
    const { sockets, open, codes, tunnel } = await startTunnel(port);
    sockets[0]?.destroy();
    await vi.waitFor(() => expect(codes().filter((code) => code === 'tunnel-opened')).toHaveLength(2), 5000);
    expect(codes()).toContain('tunnel-lost');
    expect(tunnel.connected).toBe(true);
    expect(await readAll(open('drug-library'))).toBe('again');
  });

  it('stays closed once it was closed', async () => {
    const { tunnel, sockets } = await startTunnel(1);
    tunnel.close();
    await vi.waitFor(() => expect(sockets[0]?.destroyed || sockets[0]?.readableEnded).toBe(true));
    expect(tunnel.connected).toBe(false);
    expect(sockets).toHaveLength(1);
  });
});
