/** One enforcing process of several. It is told everything by the primary and answers when it has carried it out. */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { TrustedClock } from '../../core/bundle/trusted-clock.ts';
import type { EntityId } from '../../core/contracts/identifiers.ts';
import { createKernelClock } from '../adapters/kernel-clock.ts';
import { loadGatewayConfig } from '../config.ts';
import type { LocalConclusion } from '../decision/local-conclusion.ts';
import { Enforcer } from './enforcer.ts';
import type { FromWorker, ToWorker } from './ipc.ts';
import { createLog } from './logger.ts';
import { processName } from './process-identity.ts';
import { readKeys } from './site-keeper.ts';
import { SiteReplica } from './site-replica.ts';
import { stderrLines } from './stderr-lines.ts';
import { TunnelBridge } from './tunnel-bridge.ts';

type Start = Extract<ToWorker, { type: 'start' }>;

const tell = (message: FromWorker): void => {
  if (process.connected) process.send?.(message);
};

class WorkerProcess {
  readonly #replica: SiteReplica;
  readonly #enforcer: Enforcer;
  readonly #bridge: TunnelBridge;
  readonly #spreading: Map<number, () => void>;

  static async start(message: Start): Promise<WorkerProcess> {
    const config = loadGatewayConfig(message.configFile);
    const kernel = createKernelClock();
    const sources = { uptimeMs: kernel.monotonicMs, wallMs: Date.now, kernelBootId: kernel.bootId };
    const clock = new TrustedClock(sources, message.clock);
    const { site, gateway } = config;
    const replica = new SiteReplica({ site, gateway, keys: await readKeys(config.keys), clock });
    for (const document of message.documents) {
      if (document.kind === 'bundle') await replica.takeBundle(document.token, null, true);
      else await replica.take(document, null);
    }
    for (const conclusion of message.conclusions) replica.effective.conclude(conclusion);
    const identity = { site, gateway, bootId: randomUUID(), worker: message.worker };
    const log = createLog(stderrLines(), Date.now, { worker: message.worker });
    const spreading = new Map<number, () => void>();
    let nextId = 0;
    const spread = (conclusion: LocalConclusion, arrivedMs: number): Promise<void> =>
      new Promise((resolve) => {
        nextId += 1;
        spreading.set(nextId, resolve);
        tell({ type: 'conclusion', id: nextId, conclusion, arrivedMs });
      });
    const open = (device: EntityId, service: string): Duplex | null => enforcer.tunnels.open(device, service);
    const bridge = new TunnelBridge(config.spoolDirectory, open);
    for (const [device, worker] of message.tunnels) bridge.note(device, worker, true);
    const enforcer = await Enforcer.open({
      config,
      identity,
      replica,
      log,
      spread,
      onTunnel: (device, isOpen) => tell({ type: 'tunnel', device, open: isOpen }),
      reachElsewhere: (device, service, then) => bridge.reach(device, service, then),
      reclaim: () => Promise.resolve(),
    });
    await bridge.listen(message.worker);
    const listeners = await enforcer.listen();
    tell({ type: 'ready', listeners, processName: processName(identity) });
    return new WorkerProcess(replica, enforcer, bridge, spreading);
  }

  private constructor(
    replica: SiteReplica,
    enforcer: Enforcer,
    bridge: TunnelBridge,
    spreading: Map<number, () => void>,
  ) {
    this.#replica = replica;
    this.#enforcer = enforcer;
    this.#bridge = bridge;
    this.#spreading = spreading;
  }

  async take(message: Exclude<ToWorker, Start>): Promise<void> {
    switch (message.type) {
      case 'document':
        // What the primary took and this process cannot take, it must not run without: it ends and is started anew.
        if (!(await this.#replica.take(message.document, message.arrivedMs)).ok) process.exit(1);
        tell({ type: 'done', id: message.id });
        return;
      case 'conclusion':
        this.#replica.conclude(message.conclusion, message.arrivedMs);
        tell({ type: 'done', id: message.id });
        return;
      case 'spread':
        this.#spreading.get(message.id)?.();
        this.#spreading.delete(message.id);
        return;
      case 'tunnel':
        this.#bridge.note(message.device, message.worker, message.open);
        return;
      case 'metrics':
        tell({ type: 'done', id: message.id, families: this.#enforcer.metrics.families() });
        return;
      case 'drain':
        // Not waited for: orders still come in while requests finish.
        void this.stop(message.deadlineMs);
    }
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#bridge.close();
    await this.#enforcer.close(deadlineMs);
    process.exit(0);
  }
}

/** Messages that arrive while starting wait, so that none is passed by. */
let queue: Promise<WorkerProcess | null> = Promise.resolve(null);

process.on('message', (message: ToWorker) => {
  queue = queue.then(async (worker) => {
    if (message.type === 'start') return WorkerProcess.start(message);
    await worker?.take(message);
    return worker;
  });
  queue.catch(() => process.exit(1));
});
// The primary says when to stop; a terminal's Ctrl-C reaches the whole group.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => void queue.then((worker) => worker?.stop(0)));
