/** Wires the link to the control plane: push, pull, the spool's delivery. Absent at start or not, the gateway runs. */
import { readFile } from 'node:fs/promises';
import { createGatewayTokenSource } from '../adapters/gateway-token.ts';
import { createHttpsCloudPull } from '../adapters/https-cloud-pull.ts';
import type { KernelClock } from '../adapters/kernel-clock.ts';
import { openMqttCloudPush } from '../adapters/mqtt-cloud-push.ts';
import type { CloudConfig, GatewayConfig } from '../config.ts';
import { SpoolDelivery } from '../spool/delivery.ts';
import { CloudSync } from './cloud-sync.ts';
import { DeliveryLoop } from './delivery-loop.ts';
import type { SiteMetrics } from './gateway-metrics.ts';
import type { Log } from './logger.ts';
import type { SiteKeeper } from './site-keeper.ts';
import { monotonicNowMs, type SiteReplica } from './site-replica.ts';

export interface CloudParts {
  readonly config: GatewayConfig;
  readonly cloud: CloudConfig;
  readonly replica: SiteReplica;
  readonly keeper: SiteKeeper;
  readonly metrics: SiteMetrics;
  readonly log: Log;
  readonly kernel: KernelClock;
  /** Spool files of these are still being written. */
  readonly processNames: () => ReadonlySet<string>;
}

export interface CloudConnection {
  /** Audit segments that were delivered whole. */
  delivered(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function connectCloud(parts: CloudParts): Promise<CloudConnection> {
  const { config, cloud, replica, keeper, metrics, log } = parts;
  const [cert, key] = await Promise.all([readFile(cloud.cert, 'utf8'), readFile(cloud.key, 'utf8')]);
  const ca = cloud.ca === undefined ? undefined : await readFile(cloud.ca, 'utf8');
  const token = createGatewayTokenSource({
    gateway: config.gateway,
    audience: cloud.audience ?? cloud.api,
    cert,
    key,
    // The API's clock is the wall clock; a trusted clock that stands still for want of news would ask in vain for some.
    nowMs: Date.now,
  });
  const pull = createHttpsCloudPull({ api: cloud.api, ca, token });
  const sync = new CloudSync({ keeper, replica, pull, metrics, log });
  const { site, gateway } = config;
  const push = openMqttCloudPush(
    { url: cloud.mqtt, site, gateway, cert, key, ca, monotonicMs: monotonicNowMs },
    {
      onMessage: (topic, text, arrivedMs) => sync.onMessage(topic, text, arrivedMs),
      onConnected: () => {
        log('info', 'cloud-connected');
        void sync.resynchronise();
      },
      onLost: () => log('warn', 'cloud-lost'),
    },
  );
  const { auditDirectory: audit, spoolDirectory: spool } = config;
  const delivery = await SpoolDelivery.open({
    directories: { audit, flows: spool, sessions: spool, evidence: spool, health: spool },
    cursorFile: `${spool}/delivered.json`,
    publish: (topic, message) => push.publish(topic, message),
    runningProcesses: parts.processNames,
    onDelivered: (topic, count) => metrics.spoolDelivered.add({ topic }, count),
  });
  const loop = new DeliveryLoop(delivery, push, log);
  void sync.askHead();
  return {
    delivered: () => delivery.removableAuditSegments(),
    async close() {
      sync.stop();
      loop.stop();
      if (push.connected) await delivery.deliverOnce().catch(() => undefined);
      await push.close();
    },
  };
}
