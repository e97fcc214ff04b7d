import { connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { entityRef } from '../../../../../core/contracts/identifiers.ts';
import { joinStreams } from '../../../../../edge/agent/join-streams.ts';
import { startLibraryService } from '../../../../../local/hospital/devices/library-service.ts';
import { teller } from '../../../../../local/hospital/program.ts';
import { startEmr } from '../../../../../local/hospital/systems/emr.ts';
import { createHospitalSite, GATEWAY, type HospitalSite, recorded, started } from '../hospital-site.ts';

const EMR = entityRef('application', 'north:emr');
const ALIAS = 'k3v9q0x7m2c5w8b1';
const REFUSAL = JSON.stringify({ status: 403, code: 'access-denied', reasons: ['level-insufficient'] });

async function startGateway(site: HospitalSite, id: string, carry: (socket: TLSSocket) => void) {
  const { cert, key } = await site.peer(entityRef('gateway', id));
  const ca = [site.pki.root.certificatePem];
  const arrivals: { alias: unknown; subject: string }[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createServer({ cert, key, ca, requestCert: true, minVersion: 'TLSv1.3', allowHalfOpen: true });
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    arrivals.push({
      alias: socket.servername,
      subject: socket.getPeerX509Certificate()?.subjectAltName ?? '',
    });
    carry(socket);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, arrivals };
}

async function startPump() {
  const around = recorded();
  const tell = teller('pump', 'north:pump-3', around);
  const service = await startLibraryService({ address: '127.0.0.1', port: 0 }, () => ({}), tell);
  onTestFinished(() => service.close());
  return { service, around };
}

async function emrAt(site: HospitalSite, port: number) {
  const around = recorded();
  const gateway = { id: GATEWAY.id, host: '127.0.0.1', port };
  const pumps = [{ name: 'north:pump-3', alias: ALIAS }];
  const identity = await site.identity(EMR);
  const emr = await started(startEmr({ id: EMR.id, identity, gateway, pumps, everySeconds: 600 }, around));
  return { emr, around };
}

const onward =
  (port: number) =>
  (socket: TLSSocket): void =>
    joinStreams(socket, connect({ port, host: '127.0.0.1', allowHalfOpen: true }));

describe('the EMR', () => {
  it('pushes its drug library to the pump through the gateway, by alias and with its own certificate', async () => {
    const site = await createHospitalSite();
    const pump = await startPump();
    const { port, arrivals } = await startGateway(site, GATEWAY.id, onward(pump.service.port));
    const { around } = await emrAt(site, port);
    expect(await around.until('library-pushed')).toMatchObject({ device: 'north:pump-3', version: 1, status: 200 });
    expect(pump.service.version).toBe(1);
    expect(arrivals).toEqual([{ alias: ALIAS, subject: 'URI:spiffe://vitalgate/site/north/application/emr' }]);
  });

  it('releases and pushes a new version on demand', async () => {
    const site = await createHospitalSite();
    const pump = await startPump();
    const { port } = await startGateway(site, GATEWAY.id, onward(pump.service.port));
    const { emr, around } = await emrAt(site, port);
    await emr.orders['release']?.();
    expect(around.of('library-pushed').map(({ version }) => version)).toContain(2);
    expect(pump.service.version).toBe(2);
  });

  it('tells the codes of a refusal', async () => {
    const site = await createHospitalSite();
    const head = `HTTP/1.1 403 Forbidden\r\nContent-Type: application/problem+json\r\nContent-Length: ${REFUSAL.length}`;
    const { port } = await startGateway(site, GATEWAY.id, (socket) => {
      socket.once('data', () => socket.end(`${head}\r\nConnection: close\r\n\r\n${REFUSAL}`));
    });
    const { around } = await emrAt(site, port);
    const told = await around.until('library-refused');
    expect(told).toMatchObject({ status: 403, code: 'access-denied', reasons: ['level-insufficient'] });
  });

  it('tells when the gateway closes without a word', async () => {
    const site = await createHospitalSite();
    const { port } = await startGateway(site, GATEWAY.id, (socket) => void socket.destroy());
    const { around } = await emrAt(site, port);
    expect(await around.until('library-unreachable')).toMatchObject({ device: 'north:pump-3' });
  });

  it('sends nothing to a gateway that is another one', async () => {
    const site = await createHospitalSite();
    const pump = await startPump();
    const { port } = await startGateway(site, 'north:gw-2', onward(pump.service.port));
    const { around } = await emrAt(site, port);
    expect(await around.until('library-unreachable')).toMatchObject({ fault: 'gateway-mismatch' });
    expect(pump.service.version).toBe(0);
  });
});
