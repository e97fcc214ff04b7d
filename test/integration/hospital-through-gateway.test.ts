/** The hospital's programs with a real gateway between them: agent's proxies and tunnel on one side, systems on the other. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialGateway, gatewayTls } from '../../edge/agent/gateway-peer.ts';
import { type LocalProxy, openLocalProxy } from '../../edge/agent/local-proxy.ts';
import { openTunnel, TUNNEL_PROTOCOL, type Tunnel } from '../../edge/agent/tunnel.ts';
import { gatewayAlias } from '../../edge/decision/gateway-alias.ts';
import { startInfusionPump } from '../../local/hospital/devices/infusion-pump.ts';
import { startRogueLaptop } from '../../local/hospital/devices/rogue-laptop.ts';
import type { Program } from '../../local/hospital/program.ts';
import { startEmr } from '../../local/hospital/systems/emr.ts';
import { startFhirServer } from '../../local/hospital/systems/fhir-server.ts';
import { startResultsSink } from '../../local/hospital/systems/results-sink.ts';
import { createGatewayWorld, type GatewayWorld } from '../fixtures/gateway-world.ts';
import type { TestLeaf } from '../fixtures/pki.ts';
import { refOf, testSubject } from '../fixtures/site.ts';
import { local, recorded } from '../unit/local/hospital/hospital-site.ts';

const silent = (): void => undefined;
const systems = recorded();
const ward = recorded();
const programs: Program[] = [];
const proxies: LocalProxy[] = [];
let world: GatewayWorld;
let tunnel: Tunnel;
let mainPort: number;

const kept = async (program: Promise<Program>): Promise<Program> => {
  const running = await program;
  programs.push(running);
  return running;
};

beforeAll(async () => {
  world = await createGatewayWorld();
  const { pki, leaves, entities, gateway: id, nowMs } = world.site;
  const anchors = { root: [pki.root.certificatePem], ...pki.anchors };
  const identity = (leaf: TestLeaf) => ({ certificate: leaf.chainPem, key: leaf.privateKeyPem, anchors });
  const { fhir, telemetry, emr, pump } = entities;
  const telemetryLeaf = await pki.issue(refOf(telemetry));
  const common = { listen: { port: 0 }, gateway: id };
  const server = await kept(startFhirServer({ ...common, id: fhir.id, identity: identity(leaves.fhir) }, systems));
  const sink = await kept(
    startResultsSink({ ...common, id: telemetry.id, identity: identity(telemetryLeaf) }, systems),
  );

  const files = { address: '127.0.0.1', port: 0, cert: 'gw.pem', key: 'gw.key', clientCa: 'clients.pem' };
  const upstream = (port: number | null) => ({ ...local(port), tls: true });
  const handle = await world.start({
    listeners: [
      { ...files, protocol: 'tls' },
      { ...files, protocol: 'http', resource: fhir.id, upstream: upstream(server.port) },
      { ...files, protocol: 'tcp', resource: telemetry.id, upstream: upstream(sink.port) },
    ],
  });
  const portOf = (resource?: string): number => handle.listeners.find((one) => one.resource === resource)?.port ?? 0;
  mainPort = portOf();
  const subject = testSubject(refOf(telemetry), {}, { thumbprints: [telemetryLeaf.thumbprint], nowMs });
  await world.order([{ op: 'put-subject', subject }]);

  const tls = gatewayTls(identity(leaves.pump), id, () => nowMs);
  const proxy = async (resource: typeof fhir) => {
    const address = { id, ...local(portOf(resource.id)) };
    const listen = { address: '127.0.0.1', port: 0 };
    const dial = (alias: string) => dialGateway({ address, tls, alias });
    proxies.push(await openLocalProxy({ listen, alias: resource.alias }, dial, silent));
    return local(proxies.at(-1)?.port ?? 0);
  };
  const device = await kept(
    startInfusionPump(
      {
        id: pump.id,
        patient: 'patient-3',
        telemetry: await proxy(telemetry),
        fhir: await proxy(fhir),
        service: { port: 0 },
        lineEverySeconds: 0.05,
        statusEverySeconds: 0.1,
      },
      ward,
    ),
  );
  const gateway = { id, ...local(mainPort) };
  tunnel = openTunnel({
    services: [{ name: 'drug-library', ...local(device.port), address: '127.0.0.1' }],
    dial: () => dialGateway({ address: gateway, tls, alias: gatewayAlias(id), protocol: TUNNEL_PROTOCOL }),
    log: silent,
    random: Math.random,
  });
  const pumps = [{ name: pump.id, alias: pump.services[0]?.alias ?? '' }];
  await kept(startEmr({ id: emr.id, identity: identity(leaves.emr), gateway, pumps, everySeconds: 0.5 }, systems));
});

afterAll(async () => {
  tunnel.close();
  await Promise.all(programs.map((program) => program.stop()));
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await world.close();
});

describe('a pump behind its agent', () => {
  it('streams its therapy and records its status, and the server learns from the gateway who it is', async () => {
    await ward.until('line-connected');
    expect(await systems.until('line-received', 3)).toMatchObject({ kind: 'THERAPY', sender: 'north:pump-3' });
    await ward.until('fhir-answered', 4);
    expect(systems.of('interaction')[0]).toMatchObject({ type: 'Device', status: 201, subject: 'north:pump-3' });
    expect(systems.of('peer-refused')).toEqual([]);
  });

  it('is given its drug library by the EMR through its own tunnel', async () => {
    expect(await systems.until('library-pushed')).toMatchObject({ device: 'north:pump-3', version: 1 });
    expect(ward.of('library-installed')).toMatchObject([{ version: 1 }]);
  });

  it('is cut when it is quarantined, and comes back with all its lines when it is released', async () => {
    const { leaves, entities, nowMs } = world.site;
    const held = { thumbprints: [leaves.pump.thumbprint], nowMs };
    await world.order([
      { op: 'put-subject', subject: testSubject(refOf(entities.pump), { state: 'quarantined' }, held) },
    ]);
    await ward.until('line-lost');
    await ward.until('fhir-lost');
    const connected = ward.of('line-connected').length;
    await world.order([{ op: 'put-subject', subject: testSubject(refOf(entities.pump), {}, held) }]);
    await ward.until('line-connected', connected + 1);
    expect(ward.of('line-dropped')).toEqual([]);
  });
});

describe('a laptop in the same network', () => {
  it('is refused by the gateway and by the systems behind it, with the real names in its hands', async () => {
    const { fhir, telemetry, pump } = world.site.entities;
    const [server, sink] = programs;
    const laptop = recorded();
    const around = { id: 'north:laptop-1', gateway: local(mainPort), claims: refOf(pump) };
    const aliases = [fhir.alias, telemetry.alias, gatewayAlias(world.site.gateway)];
    const targets = [
      { name: 'fhir', address: local(server?.port ?? 0) },
      { name: 'results', address: local(sink?.port ?? 0) },
    ];
    await kept(startRogueLaptop({ ...around, aliases, systems: targets }, laptop));
    const done = await laptop.until('attempts-done');
    expect(done).toMatchObject({ answered: 0, unreachable: 0, refused: laptop.of('attempt').length });
  });
});
