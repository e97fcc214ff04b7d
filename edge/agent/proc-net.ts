/** The socket tables of Linux: /proc/net/{tcp,tcp6,udp,udp6}. @see proc_net(5) */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SocketEntry {
  readonly protocol: 'tcp' | 'udp';
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly state: 'listening' | 'connected' | 'other';
}

const TABLES = [
  ['tcp', 'tcp'],
  ['tcp', 'tcp6'],
  ['udp', 'udp'],
  ['udp', 'udp6'],
] as const;

/** Values of enum tcp_state in the kernel: 1 established, 7 closed (a UDP socket that only listens), 10 listening. */
const STATES: Readonly<Record<string, SocketEntry['state']>> = {
  'tcp 01': 'connected',
  'tcp 0A': 'listening',
  'udp 01': 'connected',
  'udp 07': 'listening',
};

/** @returns undefined when not one table can be read */
export async function readSockets(procDirectory: string): Promise<SocketEntry[] | undefined> {
  const tables = await Promise.all(
    TABLES.map(async ([protocol, name]) => {
      const text = await readFile(join(procDirectory, 'net', name), 'utf8').catch(() => undefined);
      return text === undefined ? undefined : parseSocketTable(protocol, text);
    }),
  );
  const read = tables.filter((table) => table !== undefined);
  return read.length === 0 ? undefined : read.flat();
}

export function parseSocketTable(protocol: SocketEntry['protocol'], text: string): SocketEntry[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, remote, state] = line.trim().split(/\s+/);
      const [from, to] = [parseEndpoint(local), parseEndpoint(remote)];
      if (from === undefined || to === undefined) return [];
      return [
        {
          protocol,
          localAddress: from.address,
          localPort: from.port,
          remoteAddress: to.address,
          remotePort: to.port,
          state: STATES[`${protocol} ${state}`] ?? 'other',
        },
      ];
    });
}

/** `0100007F:1F90` is 127.0.0.1 port 8080: the address is in words of the machine's own (little-endian) byte order. */
function parseEndpoint(text: string | undefined): { address: string; port: number } | undefined {
  const [, hex, port] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/i.exec(text ?? '') ?? [];
  if (hex === undefined || port === undefined) return undefined;
  const bytes = Buffer.from(hex, 'hex');
  for (let word = 0; word < bytes.length; word += 4) bytes.subarray(word, word + 4).reverse();
  return { address: bytes.length === 4 ? bytes.join('.') : ipv6Text(bytes), port: Number.parseInt(port, 16) };
}

const MAPPED_PREFIX = '00000000000000000000ffff';

function ipv6Text(bytes: Buffer): string {
  if (bytes.toString('hex', 0, 12) === MAPPED_PREFIX) return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  // The parser of URLs writes the short form of RFC 5952.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Can be reached by, or reaches, nobody but this machine. */
export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';
