/**
 * One enforcing process: listeners, admission, sessions, proxies and the records of all that. The only process of a small
 * gateway, or one of several workers. It changes nothing about the site; it follows its replica.
 */
import { mkdir, readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { EntityId } from '../../core/contracts/identifiers.ts';
import type { GatewayConfig, ListenerConfig } from '../config.ts';
import type { LocalConclusion } from '../decision/local-conclusion.ts';
import { HttpProxy } from '../protocols/http/http-proxy.ts';
import { AuditWriter } from '../spool/audit-writer.ts';
import { DiskGuard } from '../spool/disk-guard.ts';
import { Outbox } from '../spool/outbox.ts';
import { Admission } from './admission.ts';
import { Carrier } from './carrier.ts';
import { FlowReporter } from './flow-reporter.ts';
import { createGatewayMetrics, type GatewayMetrics } from './gateway-metrics.ts';
import { type BoundAddress, Listener } from './listener.ts';
import { faultFields, type Log } from './logger.ts';
import { PeerIdentities } from './peer-identity.ts';
import { PostureDoor } from './posture-door.ts';
import { auditWriterName, type ProcessIdentity, processName } from './process-identity.ts';
import { SessionJudge } from './session-judge.ts';
import { SessionTable } from './session-table.ts';
import type { SiteReplica } from './site-replica.ts';
import { Tunnels } from './tunnels.ts';
import { Upstreams } from './upstreams.ts';

export interface EnforcerPorts {
  readonly config: GatewayConfig;
  readonly identity: ProcessIdentity;
  readonly replica: SiteReplica;
  readonly log: Log;
  /** Gives a local conclusion to all other processes; resolves when each has carried it out. */
  readonly spread: (conclusion: LocalConclusion, arrivedMs: number) => Promise<void>;
  readonly onTunnel: (device: EntityId, open: boolean) => void;
  /** A stream to a device whose tunnel another process holds, or null. */
  readonly reachElsewhere: (device: EntityId, service: string, then: (stream: Duplex | null) => void) => void;
  /** Makes room on a disk that is full. */
  readonly reclaim: () => Promise<void>;
}

export class Enforcer {
  readonly sessions: SessionTable;
  readonly metrics: GatewayMetrics;
  readonly tunnels: Tunnels;
  readonly audit: AuditWriter;
  readonly outbox: Outbox;
  readonly #ports: EnforcerPorts;
  readonly #judge: SessionJudge;
  readonly #flows: FlowReporter;
  readonly #proxy: HttpProxy;
  readonly #upstreams: Upstreams;
  readonly #disk: DiskGuard;
  readonly #listeners: Listener[];

  static async open(ports: EnforcerPorts): Promise<Enforcer> {
    const { config, identity, replica, log } = ports;
    await mkdir(config.auditDirectory, { recursive: true, mode: 0o750 });
    await mkdir(config.spoolDirectory, { recursive: true, mode: 0o750 });
    const nowMs = (): number => replica.clock.nowMs();
    const name = processName(identity);
    const audit = await AuditWriter.open({
      directory: config.auditDirectory,
      site: config.site,
      writer: auditWriterName(identity),
      processName: name,
      nowMs,
    });
    const outbox = await Outbox.open(config.spoolDirectory, name, (topic, error) =>
      log('error', 'spool-failed', { topic, ...faultFields(error) }),
    );
    const [first] = config.listeners;
    const read = (path = ''): Promise<string> => readFile(path, 'utf8');
    const credentials = { cert: await read(first?.cert), key: await read(first?.key) };
    return new Enforcer(ports, audit, outbox, credentials);
  }

  private constructor(
    ports: EnforcerPorts,
    audit: AuditWriter,
    outbox: Outbox,
    credentials: { readonly cert: string; readonly key: string },
  ) {
    const { config, identity, replica, log, spread } = ports;
    this.#ports = ports;
    this.audit = audit;
    this.outbox = outbox;
    this.tunnels = new Tunnels({
      opened: (device) => this.#onTunnel(device, true),
      closed: (device) => this.#onTunnel(device, false),
    });
    this.#flows = new FlowReporter(identity, outbox, () => replica.clock.nowMs());
    const identities = new PeerIdentities(replica);
    this.sessions = new SessionTable({
      identity,
      replica,
      audit,
      outbox,
      flows: this.#flows,
      metrics: () => this.metrics,
      log,
    });
    this.metrics = createGatewayMetrics({
      sessions: () => this.sessions.size,
      tunnels: () => this.tunnels.size,
      headAgeSeconds: () => replica.headAgeSeconds(replica.clock.nowMs()),
      freshness: () => replica.freshness(replica.clock.nowMs()),
      bundleVersion: () => replica.bundleVersion,
      stateSeq: () => replica.state.position.seq,
      auditRecords: () => audit.count,
    });
    this.#judge = new SessionJudge(replica, this.sessions, identities, (band, before) => {
      const headAgeSeconds = Math.floor(replica.headAgeSeconds(replica.clock.nowMs()));
      log(band === 'fresh' ? 'info' : 'warn', 'freshness-changed', { band, before, headAgeSeconds });
      if (band === 'expired') log('error', 'freshness-alarm', { headAgeSeconds });
    });
    this.#proxy = new HttpProxy();
    this.#upstreams = new Upstreams(replica, credentials);
    const common = { replica, sessions: this.sessions, judge: this.#judge, audit, metrics: this.metrics, log };
    const door = new PostureDoor({ ...common, outbox, spread });
    const carrier = new Carrier({
      ...common,
      proxy: this.#proxy,
      upstreams: this.#upstreams,
      tunnels: this.tunnels,
      door,
      reach: (device, service, then) => this.reach(device, service, then),
    });
    this.#disk = new DiskGuard({
      directory: config.auditDirectory,
      minimumFreeBytes: config.minimumFreeBytes,
      reclaim: ports.reclaim,
      onChange: (full, freeBytes) => log(full ? 'error' : 'info', full ? 'disk-full' : 'disk-recovered', { freeBytes }),
    });
    const admission = new Admission({
      ...common,
      identities,
      diskFull: () => this.#disk.full,
      carry: (live, route, socket) => carrier.carry(live, route, socket),
    });
    this.#listeners = config.listeners.map((listener) => this.#makeListener(listener, admission));
  }

  async listen(): Promise<BoundAddress[]> {
    await this.#disk.check();
    return Promise.all(this.#listeners.map((listener) => listener.listen()));
  }

  /** A stream to a device's service, wherever its tunnel ends. */
  reach(device: EntityId, service: string, then: (stream: Duplex | null) => void): void {
    if (this.tunnels.has(device)) then(this.tunnels.open(device, service));
    else this.#ports.reachElsewhere(device, service, then);
  }

  /** Stops accepting, lets requests finish until `deadlineMs` has passed, ends what is left, writes everything down. */
  async close(deadlineMs: number): Promise<void> {
    for (const listener of this.#listeners) listener.close();
    this.#proxy.drain();
    const doors = this.sessions.all().filter(({ purpose }) => purpose !== 'access');
    for (const live of doors) this.sessions.close(live, 'gateway-stopping');
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([this.sessions.emptied(), deadline]);
    clearTimeout(timer);
    for (const live of this.sessions.all()) this.sessions.close(live, 'gateway-stopping');
    this.#judge.stop();
    this.#flows.stop();
    this.#disk.stop();
    this.#proxy.stop();
    this.#upstreams.close();
    await this.outbox.close();
    await this.audit.close();
  }

  #makeListener(listener: ListenerConfig, admission: Admission): Listener {
    const { log } = this.#ports;
    return new Listener(listener, this.#ports.config.tls, {
      connection: (socket: TLSSocket) => {
        try {
          admission.admit(socket, listener);
        } catch (cause) {
          socket.destroy();
          log('error', 'gateway-fault', faultFields(cause));
        }
      },
      handshakeFailed: (code, remoteAddress) => {
        this.metrics.handshakeFailures.add({ code });
        log('warn', 'handshake-failed', { reason: code, remoteAddress });
      },
    });
  }

  #onTunnel(device: EntityId, open: boolean): void {
    this.#ports.log('info', open ? 'tunnel-opened' : 'tunnel-closed', { device });
    this.#ports.onTunnel(device, open);
  }
}
