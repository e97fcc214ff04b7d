/** Connections to other machines. Those inside this one are not told: they say nothing of who it speaks with. */
import { isLoopback, readSockets } from '../proc-net.ts';
import type { Collector, SystemPaths } from './collector.ts';

const LIST_LIMIT = 512;

export function createConnectionsCollector(paths: SystemPaths): Collector<'connections'> {
  return {
    factor: 'connections',
    async collect() {
      const sockets = await readSockets(paths.proc);
      if (sockets === undefined) return undefined;
      const peers = new Map(
        sockets
          .filter(({ state, remoteAddress }) => state === 'connected' && !isLoopback(remoteAddress))
          .map(({ protocol, remoteAddress, remotePort }) => [
            `${protocol} ${remoteAddress} ${remotePort}`,
            { protocol, remoteAddress, remotePort },
          ]),
      );
      return [...peers.values()].slice(0, LIST_LIMIT);
    },
  };
}
