/** Ports on which this system accepts connections or datagrams. What others can reach comes first. */
import { isLoopback, readSockets } from '../proc-net.ts';
import type { Collector, SystemPaths } from './collector.ts';

const LIST_LIMIT = 512;

export function createListeningPortsCollector(paths: SystemPaths): Collector<'listening-ports'> {
  return {
    factor: 'listening-ports',
    async collect() {
      const sockets = await readSockets(paths.proc);
      if (sockets === undefined) return undefined;
      const listening = new Map(
        sockets
          .filter(({ state }) => state === 'listening')
          .map(({ protocol, localAddress: address, localPort: port }) => [
            `${protocol} ${address} ${port}`,
            { protocol, address, port },
          ]),
      );
      return [...listening.values()]
        .sort(
          (left, right) =>
            Number(isLoopback(left.address)) - Number(isLoopback(right.address)) || left.port - right.port,
        )
        .slice(0, LIST_LIMIT);
    },
  };
}
