import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { entityRef } from '../../../../../core/contracts/identifiers.ts';
import { startRogueLaptop } from '../../../../../local/hospital/devices/rogue-laptop.ts';
import { startFhirServer } from '../../../../../local/hospital/systems/fhir-server.ts';
import { startResultsSink } from '../../../../../local/hospital/systems/results-sink.ts';
import { createHospitalSite, GATEWAY, LISTEN, local, recorded, started } from '../hospital-site.ts';

const PUMP = entityRef('device', 'north:pump-3');
const ALIAS = 'a8f2k1m9z0q7c3x5';

/** A door like the gateway's: TLS 1.3, certificates of the site only. Whoever passes is greeted. */
async function startDoor() {
  const site = await createHospitalSite();
  const { chainPem, privateKeyPem } = site.gateway;
  const ca = [site.pki.root.certificatePem];
  const passed: string[] = [];
  const server = createTlsServer(
    { cert: chainPem, key: privateKeyPem, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
    (socket) => {
      passed.push(String(socket.servername));
      socket.end('welcome');
    },
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { site, passed, door: local((server.address() as AddressInfo).port) };
}

async function laptop(gateway: { host: string; port: number }, systems: { name: string; port: number | null }[]) {
  const around = recorded();
  const targets = systems.map(({ name, port }) => ({ name, address: local(port) }));
  const config = { id: 'north:laptop-1', gateway, claims: PUMP, aliases: [ALIAS], systems: targets };
  const program = await started(startRogueLaptop(config, around));
  const done = await around.until('attempts-done');
  return { around, done, program };
}

describe('a rogue laptop', () => {
  it('is refused in everything it tries, and no byte of an application comes back to it', async () => {
    const { site, passed, door } = await startDoor();
    const systems = recorded();
    const common = { listen: LISTEN, gateway: GATEWAY.id };
    const ehr = entityRef('resource', 'north:fhir');
    const lab = entityRef('resource', 'north:results');
    const server = await started(
      startFhirServer({ ...common, id: ehr.id, identity: await site.identity(ehr) }, systems),
    );
    const sink = await started(
      startResultsSink({ ...common, id: lab.id, identity: await site.identity(lab) }, systems),
    );
    const { around, done } = await laptop(door, [
      { name: 'fhir', port: server.port },
      { name: 'results', port: sink.port },
    ]);
    expect(done).toMatchObject({ answered: 0, unreachable: 0, refused: around.of('attempt').length });
    const kinds = new Set(around.of('attempt').map((one) => one['attempt']));
    expect([...kinds]).toEqual([
      'no-certificate',
      'self-signed-certificate',
      'old-tls',
      'no-alias',
      'guessed-alias',
      'direct',
      'direct-self-signed',
      'direct-plain',
    ]);
    expect(passed).toEqual([]);
    expect(systems.of('peer-refused')).toHaveLength(6);
    expect(systems.of('interaction')).toEqual([]);
  });

  it('says so when something does answer it', async () => {
    const { door } = await startDoor();
    const open = createServer((_request, response) => void response.end('everything'));
    await new Promise<void>((resolve) => open.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void open.close());
    const { around, done } = await laptop(door, [{ name: 'unprotected', port: (open.address() as AddressInfo).port }]);
    expect(done).toMatchObject({ answered: 1 });
    const plain = around.of('attempt').find((one) => one['attempt'] === 'direct-plain');
    expect(plain).toMatchObject({ target: 'unprotected', outcome: 'answered' });
  });

  it('does not take for a refusal that nobody was there', async () => {
    const { door } = await startDoor();
    const { done } = await laptop(door, [{ name: 'nobody', port: 1 }]);
    expect(done).toMatchObject({ unreachable: 3, answered: 0 });
  });

  it('tries again when it is told to', async () => {
    const { door } = await startDoor();
    const { program, around } = await laptop(door, []);
    await program.orders['attempt']?.();
    expect(around.of('attempts-done')).toHaveLength(2);
  });
});
