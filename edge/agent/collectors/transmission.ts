/** How this agent's own channels are protected, and which clinical services here are open to others in plain text. */
import { isLoopback, readSockets } from '../proc-net.ts';
import type { TransmissionWatch } from '../transmission-watch.ts';
import { bounded, type Collector, type SystemPaths } from './collector.ts';

/**
 * TCP ports registered for protocols without encryption of their own.
 * @see IANA Service Name and Transport Protocol Port Number Registry; DICOM PS3.8 §9.1; HL7 MLLP
 */
const PLAINTEXT_PORTS: ReadonlySet<number> = new Set([
  21, 23, 25, 80, 104, 110, 143, 389, 512, 513, 514, 1883, 2575, 5900, 8080, 11112,
]);
const MAX_PORTS = 64;

export function createTransmissionCollector(paths: SystemPaths, watch: TransmissionWatch): Collector<'transmission'> {
  return {
    factor: 'transmission',
    async collect() {
      const { weakest } = watch;
      if (weakest === undefined) return undefined;
      const sockets = (await readSockets(paths.proc)) ?? [];
      const open = sockets.filter(
        ({ protocol, state, localAddress, localPort }) =>
          protocol === 'tcp' && state === 'listening' && !isLoopback(localAddress) && PLAINTEXT_PORTS.has(localPort),
      );
      return {
        tlsVersion: bounded(weakest.version, 16),
        cipher: bounded(weakest.cipher, 64),
        plaintextPorts: [...new Set(open.map(({ localPort }) => localPort))].slice(0, MAX_PORTS),
      };
    },
  };
}
