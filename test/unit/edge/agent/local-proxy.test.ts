import { randomBytes } from 'node:crypto';
import { createServer as createHttpServer, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dialGateway } from '../../../../edge/agent/gateway-peer.ts';
import { openLocalProxy } from '../../../../edge/agent/local-proxy.ts';
import { ALIAS, type FakeGateway, type FakeGatewayOptions, startFakeGateway } from './fake-gateway.ts';
import { recordedLog } from './recorded-log.ts';

async function proxyTo(
  onConnection: (socket: TLSSocket) => void,
  options: Omit<FakeGatewayOptions, 'onConnection'> = {},
) {
  const gateway = await startFakeGateway({ ...options, onConnection });
  const recorded = recordedLog();
  const proxy = await openLocalProxy(
    { listen: { address: '127.0.0.1', port: 0 }, alias: ALIAS },
    (alias) => gateway.dial(alias),
    recorded.log,
  );
  onTestFinished(() => proxy.close());
  return { gateway, proxy, ...recorded };
}

const client = (port: number): Socket => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  return socket;
};

async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

describe('the local proxy', () => {
  it('carries an unchanged HTTP client to the gateway under the alias, over TLS 1.3 with the device certificate', async () => {
    const seen: Record<string, unknown> = {};
    const http = createHttpServer((_incoming, answer) => answer.end('Bundle'));
    const { proxy, gateway } = await proxyTo((socket) => {
      seen['alias'] = socket.servername;
      seen['protocol'] = socket.getProtocol();
      seen['peer'] = socket.getPeerX509Certificate()?.serialNumber;
      http.emit('connection', socket);
    });
    const body = await new Promise<string>((resolve, reject) => {
      const outgoing = request({ port: proxy.port, host: '127.0.0.1', path: '/fhir/Patient' }, (answer) => {
        answer.setEncoding('utf8').on('data', resolve);
      });
      outgoing.on('error', reject).end();
    });
    expect(body).toBe('Bundle');
    expect(seen).toEqual({
      alias: ALIAS,
      protocol: 'TLSv1.3',
      peer: gateway.pump.certificate.serialNumber,
    });
  });

  it('passes half-close on: a client that has said everything still hears the whole answer', async () => {
    const { proxy } = await proxyTo((socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('end', () => {
        setTimeout(() => socket.end(`heard ${Buffer.concat(chunks)}`), 20);
      });
    });
    const socket = client(proxy.port);
    socket.end('MSH|^~\\&');
    expect(await readAll(socket)).toBe('heard MSH|^~\\&');
  });

  it('carries many megabytes unharmed both ways while the reader is slow', async () => {
    const { proxy } = await proxyTo((socket) => void socket.pipe(socket));
    const sent = randomBytes(8 * 1024 * 1024);
    const socket = client(proxy.port);
    socket.end(sent);
    await pause(50);
    const chunks: Buffer[] = [];
    for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  });

  it('stops reading from the client while the gateway does not read', async () => {
    const { proxy } = await proxyTo((socket) => void socket.pause());
    const socket = client(proxy.port);
    let accepted = 0;
    const chunk = Buffer.alloc(1024 * 1024);
    const fill = (): void => {
      socket.write(chunk, () => {
        accepted += 1;
        if (accepted < 256) fill();
      });
    };
    fill();
    for (let last = -1; last !== accepted; ) {
      last = accepted;
      await pause(300);
    }
    expect(accepted).toBeLessThan(256);
  });

  it('closes plainly and without a byte when the gateway refuses', async () => {
    const { proxy } = await proxyTo((socket) => socket.destroy());
    const socket = client(proxy.port);
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    const heard = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (part: Buffer) => {
        text += part.toString();
      });
      socket.on('end', () => socket.destroy());
      socket.on('close', () => resolve(text));
    });
    expect(heard).toBe('');
  });

  it('lets nothing reach a gateway with another SPIFFE id than the configured one', async () => {
    let bytes = 0;
    const { proxy, lines } = await proxyTo((socket) => socket.on('data', (chunk: Buffer) => (bytes += chunk.length)), {
      id: 'north:gw-2',
    });
    await expectClosed(client(proxy.port));
    expect(lines.map(({ code }) => code)).toContain('proxy-failed');
    expect(bytes).toBe(0);
  });

  it('lets nothing reach a server that another of our authorities certified', async () => {
    let bytes = 0;
    const count = (socket: TLSSocket): void => {
      socket.on('error', () => undefined).on('data', (chunk: Buffer) => (bytes += chunk.length));
    };
    const foreign = await startFakeGateway({ onConnection: count });
    const { proxy, lines } = await proxyTo(count, { certificate: { authority: foreign.pki.gateway } });
    await expectClosed(client(proxy.port));
    expect(lines.map(({ code }) => code)).toContain('proxy-failed');
    expect(bytes).toBe(0);
  });

  it('closes a client plainly when nobody is where the gateway should be', async () => {
    const recorded = recordedLog();
    const gateway = await startFakeGateway({ onConnection: () => undefined });
    const proxy = await openLocalProxy(
      { listen: { address: '127.0.0.1', port: 0 }, alias: ALIAS },
      () => connectNowhere(gateway),
      recorded.log,
    );
    onTestFinished(() => proxy.close());
    await expectClosed(client(proxy.port));
    expect(recorded.lines).toContainEqual({
      code: 'proxy-failed',
      fields: { alias: ALIAS, fault: 'Error', faultCode: 'ECONNREFUSED' },
    });
  });

  it('says so when its port is taken', async () => {
    const { proxy } = await proxyTo(() => undefined);
    await expect(
      openLocalProxy(
        { listen: { address: '127.0.0.1', port: proxy.port }, alias: ALIAS },
        () => {
          throw new Error('is not dialled');
        },
        recordedLog().log,
      ),
    ).rejects.toMatchObject({ code: 'ERR_PROXY_LISTEN' });
  });
});

async function expectClosed(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  let heard = 0;
  socket.on('data', (chunk: Buffer) => (heard += chunk.length));
  socket.on('end', () => socket.destroy());
  socket.write('hello');
  await new Promise<void>((resolve) => socket.on('close', () => resolve()));
  expect(heard).toBe(0);
}

/** Port 1 is reserved for a service that nobody runs. */
const connectNowhere = (gateway: FakeGateway): TLSSocket =>
  dialGateway({ address: { ...gateway.address, port: 1 }, tls: gateway.tls, alias: ALIAS });
