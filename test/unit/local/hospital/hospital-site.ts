/** What the programs of the hospital are tested with: one site's certificates, recorded events, and ports that lead on. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { onTestFinished, vi } from 'vitest';
import { type EntityRef, entityRef } from '../../../../core/contracts/identifiers.ts';
import { joinStreams } from '../../../../edge/agent/join-streams.ts';
import type { HospitalEvent, Program, Surroundings } from '../../../../local/hospital/program.ts';
import { createTestPki, type LeafOptions, type TestLeaf, type TestPki } from '../../../fixtures/pki.ts';

export const GATEWAY = entityRef('gateway', 'north:gw-1');
export const LISTEN = { port: 0 };

export interface HospitalSite {
  readonly pki: TestPki;
  readonly gateway: TestLeaf;
  identity(ref: EntityRef): Promise<{
    certificate: string;
    key: string;
    anchors: { root: string[]; gateway: string[] };
  }>;
  /** A peer's TLS options, as whoever it is. */
  peer(ref: EntityRef, options?: LeafOptions): Promise<{ cert: string; key: string }>;
}

export async function createHospitalSite(): Promise<HospitalSite> {
  const pki = await createTestPki(Date.now());
  const anchors = { root: [pki.root.certificatePem], gateway: pki.anchors.gateway };
  return {
    pki,
    gateway: await pki.issue(GATEWAY),
    async identity(ref) {
      const { chainPem, privateKeyPem } = await pki.issue(ref);
      return { certificate: chainPem, key: privateKeyPem, anchors };
    },
    async peer(ref, options) {
      const { chainPem, privateKeyPem } = await pki.issue(ref, options);
      return { cert: chainPem, key: privateKeyPem };
    },
  };
}

export interface Recorded extends Surroundings {
  readonly events: HospitalEvent[];
  of(event: string): HospitalEvent[];
  /** Waits until this was told so often. */
  until(event: string, count?: number): Promise<HospitalEvent>;
}

export function recorded(): Recorded {
  const events: HospitalEvent[] = [];
  const of = (event: string): HospitalEvent[] => events.filter((one) => one.event === event);
  return {
    events,
    of,
    onEvent: (event) => void events.push(event),
    nowMs: () => Date.now(),
    random: Math.random,
    until: (event, count = 1) =>
      vi.waitFor(
        () => {
          const found = of(event).at(count - 1);
          if (found === undefined)
            throw new Error(`no ${event} among ${[...new Set(events.map((one) => one.event))].join(' ')}`);
          return found;
        },
        { timeout: 20_000, interval: 5 },
      ),
  };
}

/** Stops with the test. */
export async function started(program: Promise<Program>): Promise<Program> {
  const running = await program;
  onTestFinished(() => running.stop());
  return running;
}

export interface Heard {
  readonly received: string;
  readonly protocol: string | null;
}

/** Sends as soon as TLS allows, and reads until it is closed; a connection that breaks is closed too. */
export function sayOverTls(port: number, text: string, options: ConnectionOptions = {}): Promise<Heard> {
  return new Promise((resolve) => {
    let received = '';
    let protocol: string | null = null;
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    socket.on('secureConnect', () => {
      protocol = socket.getProtocol();
      socket.write(text);
    });
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ received, protocol }));
  });
}

export interface Passage {
  readonly port: number;
  /** Connections that came, refused ones too. */
  readonly count: () => number;
  /** Cuts what passes now. */
  cut(): void;
  /** While it refuses, whoever comes is closed without a byte. */
  refuse(refusing: boolean): void;
}

/** A local port that leads on: what agent and gateway are to a device. */
export async function passage(open: () => Duplex): Promise<Passage> {
  const sockets = new Set<Socket>();
  let count = 0;
  let refusing = false;
  const server: Server = createServer({ allowHalfOpen: true }, (client) => {
    count += 1;
    client.on('error', () => undefined);
    if (refusing) return void client.destroy();
    sockets.add(client);
    client.once('close', () => sockets.delete(client));
    const onward = open();
    onward.on('error', () => undefined);
    joinStreams(client, onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    server.close();
    cut();
  });
  return {
    port: (server.address() as AddressInfo).port,
    count: () => count,
    cut,
    refuse: (value) => {
      refusing = value;
    },
  };
}

/** To a business system, as the gateway. */
export const asGateway =
  ({ pki, gateway }: HospitalSite, port: number | null): (() => TLSSocket) =>
  () =>
    connect({
      host: '127.0.0.1',
      port: port ?? 0,
      cert: gateway.chainPem,
      key: gateway.privateKeyPem,
      ca: pki.resource.certificatePem,
      allowPartialTrustChain: true,
      checkServerIdentity: () => undefined,
      allowHalfOpen: true,
    } as ConnectionOptions);

export const local = (port: number | null) => ({ host: '127.0.0.1', port: port ?? 0 });
