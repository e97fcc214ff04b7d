/**
 * A running gateway, whole: knowledge of the site, enforcement in this process or in workers, the link to the control
 * plane, and the doors for operators. Everything is wired here and nowhere else.
 */
import { randomUUID } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { TrustedClock } from '../../core/bundle/trusted-clock.ts';
import { VitalgateError } from '../../core/errors.ts';
import { createKernelClock } from '../adapters/kernel-clock.ts';
import type { GatewayConfig } from '../config.ts';
import type { LocalConclusion } from '../decision/local-conclusion.ts';
import { Outbox } from '../spool/outbox.ts';
import { recoverSegments } from '../spool/recover-segments.ts';
import { type CloudConnection, connectCloud } from './cloud-connection.ts';
import { reportHealth } from './delivery-loop.ts';
import { type Enforcement, enforceHere, enforceInWorkers } from './enforcement.ts';
import { createSiteMetrics, SHARED_GAUGES } from './gateway-metrics.ts';
import type { BoundAddress } from './listener.ts';
import { LocalWatch } from './local-watch.ts';
import { faultFields, type Log } from './logger.ts';
import { mergeFamilies } from './metrics.ts';
import { openMetricsServer } from './metrics-server.ts';
import { ORDER_SOCKET, openOrderSocket } from './order-socket.ts';
import { processName } from './process-identity.ts';
import type { SiteDocument } from './site-document.ts';
import { readKeys, SiteKeeper } from './site-keeper.ts';
import { SiteReplica } from './site-replica.ts';
import { SiteStore } from './site-store.ts';

const CLOCK_INTERVAL_MS = 5000;

export interface GatewayOptions {
  readonly config: GatewayConfig;
  /** Read again by workers. */
  readonly configFile: string;
  /** Runs from what it holds and does not ask the control plane. */
  readonly offline: boolean;
  readonly log: Log;
}

export interface RunningGateway {
  readonly listeners: readonly BoundAddress[];
  readonly metricsPort: number;
  /** Reads the configured files again. */
  reload(): Promise<void>;
  /** Drains and ends. */
  close(): Promise<void>;
}

/**
 * @throws VitalgateError `ERR_SITE_UNKNOWN` when neither files nor an earlier run nor the control plane say anything that
 *   verifies; its message carries the codes
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { config, log } = options;
  const kernel = createKernelClock();
  const store = await SiteStore.open(config.spoolDirectory, config.clockFile);
  const restored = await store.clock();
  const sources = { uptimeMs: kernel.monotonicMs, wallMs: Date.now, kernelBootId: kernel.bootId };
  const clock = new TrustedClock(sources, restored);
  if (restored !== null) log('info', 'clock-restored', { uncertain: clock.uncertain });
  const { site, gateway } = config;
  const replica = new SiteReplica({ site, gateway, keys: await readKeys(config.keys), clock });
  const metrics = createSiteMetrics();
  let enforcement: Enforcement | null = null;
  const distribute = async (document: SiteDocument, arrivedMs: number | null): Promise<void> =>
    enforcement?.document(document, arrivedMs);
  const keeper = new SiteKeeper({ config, replica, store, metrics, log, distribute });
  const refusals = await keeper.restore();
  const cloud = options.offline ? undefined : config.cloud;
  if (cloud === undefined && (replica.bundle === null || replica.state.position.epoch === 0))
    throw new VitalgateError(
      'ERR_SITE_UNKNOWN',
      `no bundle and state that verify (${refusals.join(', ') || 'none found'})`,
    );
  await recoverSegments([config.auditDirectory, config.spoolDirectory]);

  const identity = { site, gateway, bootId: randomUUID(), worker: 0 };
  /** A conclusion of this process or of a worker: kept, and in force everywhere before whoever waits goes on. */
  const spread = async (conclusion: LocalConclusion, arrivedMs: number | null, from: number | null): Promise<void> => {
    await Promise.all([enforcement?.conclusion(conclusion, arrivedMs, from), keeper.keepConclusions()]);
  };
  const link: { cloud: CloudConnection | null } = { cloud: null };
  const reclaim = async (): Promise<void> => {
    const [oldest] = (await link.cloud?.delivered()) ?? [];
    if (oldest !== undefined) await unlink(oldest);
  };
  const enforce = config.workers === 1 ? enforceHere : enforceInWorkers;
  enforcement = await enforce({ ...options, identity, replica, keeper, spread, reclaim });
  const running: Enforcement = enforcement;
  const outbox = running.outbox ?? (await Outbox.open(config.spoolDirectory, processName(identity), () => undefined));
  const listeners = await running.listen();

  if (cloud !== undefined) {
    const processNames = (): ReadonlySet<string> => new Set([processName(identity), ...running.processNames()]);
    link.cloud = await connectCloud({ config, cloud, replica, keeper, metrics, log, kernel, processNames });
  }
  const watch = new LocalWatch(replica, (conclusion) => {
    replica.conclude(conclusion, null);
    void spread(conclusion, null, null);
  });
  const families = async () => mergeFamilies([...(await running.families()), metrics.families()], SHARED_GAUGES);
  const metricsServer = await openMetricsServer(config.metricsPort, families, () => {
    const freshness = replica.freshness(clock.nowMs());
    return { healthy: freshness !== 'expired', freshness, bundleVersion: replica.bundleVersion };
  });
  const orders = await openOrderSocket(`${config.spoolDirectory}/${ORDER_SOCKET}`, keeper, replica).catch((cause) => {
    log('warn', 'order-socket-failed', faultFields(cause));
    return () => undefined;
  });
  const stopHealth = reportHealth({ identity, replica, sessions: running.counts, workers: config.workers }, outbox);
  const clockTimer = setInterval(() => void keeper.keepClock(), CLOCK_INTERVAL_MS);
  clockTimer.unref();

  return {
    listeners,
    metricsPort: metricsServer.port,
    reload: () => keeper.reload(),
    async close() {
      log('info', 'gateway-draining');
      watch.stop();
      stopHealth();
      await running.close(config.drainSeconds * 1000);
      if (running.outbox === null) await outbox.close();
      orders();
      clearInterval(clockTimer);
      await link.cloud?.close();
      metricsServer.close();
      await keeper.keepClock();
      await store.settled();
      log('info', 'gateway-stopped');
    },
  };
}
