/**
 * The agent of one device or business system: it enrols, tells how the system is, obeys signed commands, and lends the
 * system's programs a way to and from the gateway. This file wires the parts; each is one file beside it.
 */
import { randomUUID } from 'node:crypto';
import { gatewayAlias } from '../decision/gateway-alias.ts';
import { createBackoff } from './backoff.ts';
import { type ChannelParts, type OpenChannel, openBrokerChannel, openGatewayChannel } from './channels.ts';
import { SYSTEM_PATHS, type SystemPaths } from './collectors/collector.ts';
import { createCollectors } from './collectors/create-collectors.ts';
import { CommandDesk } from './commands/command-desk.ts';
import { CommandMemory } from './commands/command-memory.ts';
import { Quarantine } from './commands/quarantine.ts';
import { stopProcess } from './commands/stop-process.ts';
import type { AgentConfig, GatewayAddress } from './config.ts';
import { DirectoryWatcher } from './directory-watcher.ts';
import { FileHasher } from './file-hasher.ts';
import { dialGateway, type GatewayTls, gatewayTls } from './gateway-peer.ts';
import { obtainIdentity } from './identity/obtain-identity.ts';
import type { AgentIdentity } from './identity/stored-identity.ts';
import { type LocalProxy, openLocalProxy } from './local-proxy.ts';
import type { AgentLog } from './log.ts';
import { PostureCollection } from './posture-collection.ts';
import { PostureReporter } from './posture-reporter.ts';
import { ReportBuilder } from './report-builder.ts';
import { ServerClock } from './server-clock.ts';
import { TransmissionWatch } from './transmission-watch.ts';
import { openTunnel, TUNNEL_PROTOCOL, type Tunnel } from './tunnel.ts';
import { WatchedRoots } from './watched-roots.ts';

const FIRST_ENROLMENT_RETRY_MS = 1_000;
const MAX_ENROLMENT_RETRY_MS = 60_000;
/** Larger files are reported without a hash. */
const MAX_HASHED_BYTES = 512 * 1024 * 1024;

/** What the agent takes from its surroundings. */
export interface AgentSurroundings {
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly log: AgentLog;
  /** Ends waiting for the control plane during enrolment. */
  readonly signal: AbortSignal;
  readonly paths?: SystemPaths;
}

export interface RunningAgent {
  readonly identity: AgentIdentity;
  readonly proxies: readonly LocalProxy[];
  /** Collect everything and report it now. */
  report(): void;
  close(): Promise<void>;
}

/**
 * Runs until it is closed.
 * @throws VitalgateError what enrolment throws; `ERR_PROXY_LISTEN`, `ERR_AGENT_MEMORY`
 */
export async function runAgent(config: AgentConfig, surroundings: AgentSurroundings): Promise<RunningAgent> {
  const { nowMs, random, log, signal } = surroundings;
  const backoff = createBackoff(FIRST_ENROLMENT_RETRY_MS, MAX_ENROLMENT_RETRY_MS, random);
  const identity = await obtainIdentity({ config, nowMs, backoff, log, signal });
  const way = config.gateway && { address: config.gateway, tls: gatewayTls(identity, config.gateway.id, nowMs) };
  const proxies = way === undefined ? [] : await openProxies(config, way, log);
  const tunnel = way === undefined || config.services.length === 0 ? null : openWayBack(config, way, surroundings);
  const reporting = await startReporting(config, identity, way, surroundings);
  log('info', 'agent-ready', { subject: identity.subject.id });
  return {
    identity,
    proxies,
    report: reporting.report,
    close: async () => {
      tunnel?.close();
      await Promise.all([reporting.close(), ...proxies.map((proxy) => proxy.close())]);
      log('info', 'agent-stopped');
    },
  };
}

interface Way {
  readonly address: GatewayAddress;
  readonly tls: GatewayTls;
}

async function openProxies({ proxies }: AgentConfig, way: Way, log: AgentLog): Promise<LocalProxy[]> {
  const open: LocalProxy[] = [];
  try {
    for (const proxy of proxies) open.push(await openLocalProxy(proxy, (alias) => dialGateway({ ...way, alias }), log));
    return open;
  } catch (cause) {
    await Promise.all(open.map((proxy) => proxy.close()));
    throw cause;
  }
}

const openWayBack = ({ services }: AgentConfig, way: Way, { log, random }: AgentSurroundings): Tunnel =>
  openTunnel({
    services,
    log,
    random,
    dial: () => dialGateway({ ...way, alias: gatewayAlias(way.address.id), protocol: TUNNEL_PROTOCOL }),
  });

async function startReporting(
  config: AgentConfig,
  identity: AgentIdentity,
  way: Way | undefined,
  surroundings: AgentSurroundings,
): Promise<{ report: () => void; close: () => Promise<void> }> {
  const { nowMs, random, log, paths = SYSTEM_PATHS } = surroundings;
  const roots = new WatchedRoots(config.posture.watch);
  const clock = new ServerClock(nowMs);
  const transmission = new TransmissionWatch(() => reporter.collectNow());
  const watcher = new DirectoryWatcher(() => reporter.filesChanged(), log);
  let complete = true;
  const walked = (directories: readonly string[], isComplete: boolean): void => {
    if (complete && !isComplete) log('warn', 'report-trimmed', { factors: 'files' });
    complete = isComplete;
    watcher.match(directories);
  };
  const collectors = createCollectors({
    paths,
    posture: config.posture,
    roots,
    hasher: new FileHasher(MAX_HASHED_BYTES),
    identity,
    clock,
    transmission,
    walked,
  });
  const channels: OpenChannel[] = [];
  const reporter = new PostureReporter({
    collection: new PostureCollection(collectors, nowMs, log),
    builder: new ReportBuilder(randomUUID()),
    offer: (report, cause) => {
      for (const { reports } of channels) reports.offer(report, cause);
    },
    intervalMs: config.posture.intervalSeconds * 1000,
    nowMs,
    log,
  });
  const desk = new CommandDesk({
    subject: identity.subject,
    keys: identity.keys,
    memory: await CommandMemory.open(config.stateDirectory),
    quarantine: new Quarantine(config.stateDirectory, roots),
    stopProcess: (name) =>
      stopProcess(name, {
        procDirectory: paths.proc,
        spared: new Set([process.pid, process.ppid]),
        kill: (pid, killSignal) => void process.kill(pid, killSignal),
      }),
    collectPosture: () => reporter.collectNow(),
    nowMs: () => clock.nowMs(),
    log,
  });
  const parts: ChannelParts = { identity, clock, transmission, nowMs, random, log };
  if (config.broker !== undefined)
    channels.push(openBrokerChannel(config.broker, parts, (token) => void desk.take(token)));
  if (way !== undefined) channels.push(openGatewayChannel(way.address, way.tls, parts));
  reporter.start();
  return {
    report: () => reporter.collectNow(),
    close: async () => {
      watcher.close();
      await reporter.close();
      await Promise.all(channels.map((channel) => channel.close()));
    },
  };
}
