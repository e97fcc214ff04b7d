import { createServer, type Server } from 'node:http';
import { type Http2Session, performServerHandshake } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TUNNEL_ALPN } from '../../edge/gateway/route.ts';
import { httpText, TestClient } from '../fixtures/gateway-client.ts';
import { createGatewayWorld, type GatewayHandle, type GatewayWorld } from '../fixtures/gateway-world.ts';
import { refOf, testSubject } from '../fixtures/site.ts';

const ECHO_ALIAS = 'c0ffee00c0ffee00c0ff';

let world: GatewayWorld;
let gateway: GatewayHandle;
let local: Server;

beforeEach(async () => {
  local = createServer((request, response) => response.end(`pump says ${request.method} ${request.url}`));
  await new Promise<void>((resolve) => local.listen(0, '127.0.0.1', resolve));
  world = await createGatewayWorld({
    adapt: ({ pump }) => ({
      pump: {
        ...pump,
        services: [...pump.services, { name: 'raw', alias: ECHO_ALIAS, protocol: 'tcp' as const, port: 9000 }],
      },
    }),
  });
});
afterEach(async () => {
  await world.close();
  local.close();
  local.closeAllConnections();
});

const dial = (leaf: 'pump' | 'emr', alias: string, alpn?: string): TestClient =>
  new TestClient({
    port: gateway.port,
    pki: world.site.pki,
    leaf: world.site.leaves[leaf],
    alias,
    ...(alpn !== undefined && { alpn }),
  });

/** What an agent does: holds a TLS connection and serves CONNECT streams on it. */
async function holdTunnel(): Promise<{ client: TestClient; session: Http2Session; asked: string[] }> {
  const client = dial('pump', 'anything0anything0', TUNNEL_ALPN);
  await client.ready;
  client.socket.removeAllListeners('data');
  const asked: string[] = [];
  const session = performServerHandshake(client.socket);
  session.on('error', () => undefined);
  session.on('stream', (stream, headers) => {
    asked.push(String(headers[':authority']));
    const target = connect((local.address() as AddressInfo).port, '127.0.0.1', () => {
      stream.respond({ ':status': 200 });
      stream.pipe(target);
      target.pipe(stream);
    });
    target.on('error', () => stream.destroy());
    stream.on('error', () => target.destroy());
  });
  await new Promise<void>((resolve) => session.once('remoteSettings', () => resolve()));
  return { client, session, asked };
}

for (const workers of [1, 2]) {
  describe(`a business system and a device, ${workers} worker(s)`, () => {
    beforeEach(async () => {
      gateway = await world.spawn({ workers });
    });

    it('meet through the tunnel that the device holds', async () => {
      const tunnel = await holdTunnel();
      const [service] = world.site.entities.pump.services;
      for (let attempt = 0; attempt < 4; attempt += 1) {
        const client = dial('emr', service?.alias ?? '');
        client.send(httpText('GET', '/library/version', ['Connection: close']));
        expect(await client.until('pump says')).toContain('pump says GET /library/version');
        client.close();
      }
      expect(tunnel.asked[0]).toBe('drug-library');
      tunnel.client.close();
    });

    it('meet over raw TCP too', async () => {
      const tunnel = await holdTunnel();
      const client = dial('emr', ECHO_ALIAS);
      client.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      expect(await client.until('pump says')).toContain('200 OK');
      expect(tunnel.asked).toContain('raw');
      tunnel.client.close();
    });

    it('do not meet when the device loses trust: tunnel and session end together', async () => {
      const tunnel = await holdTunnel();
      const client = dial('emr', ECHO_ALIAS);
      await client.ready;
      const { pump } = world.site.entities;
      const held = { thumbprints: [world.site.leaves.pump.thumbprint], nowMs: world.site.nowMs };
      const subject = testSubject(refOf(pump), { state: 'quarantined' }, held);
      await world.order([{ op: 'put-subject', subject }]);
      await tunnel.client.closed;
      await client.closed;
      const again = dial('pump', 'anything0anything0', TUNNEL_ALPN);
      await again.closed;
      await world.audited(({ event, reasons }) => event === 'session-denied' && reasons[0] === 'state-quarantined');
    });

    it('do not meet when the device holds no tunnel', async () => {
      const client = dial('emr', ECHO_ALIAS);
      await client.closed;
      expect(client.received).toBe('');
    });
  });
}
