/** Tells whether a port is free, and who has it when it is not. */
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { StartFailure } from './failure.ts';
import type { PortName, Ports } from './ports.ts';

const DATAGRAM: readonly PortName[] = ['KNOCK'];
/** `/proc/net/tcp`: state 0A is LISTEN. */
const LISTEN = '0A';

/** @throws StartFailure that names the first port in use, its holder where the system tells, and the variable to move it */
export async function assertPortsFree(ports: Ports, names: readonly PortName[]): Promise<void> {
  for (const name of names) {
    const port = ports[name];
    if (DATAGRAM.includes(name) ? await isDatagramFree(port) : await isStreamFree(port)) continue;
    const holder = DATAGRAM.includes(name) ? undefined : holderOf(port);
    throw new StartFailure(
      `Port ${port} (${name}) is in use${holder === undefined ? '' : ` by ${holder}`}.`,
      `Stop that program, or choose another port with VITALGATE_${name}_PORT.`,
    );
  }
}

function isStreamFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function isDatagramFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind({ port, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/** Linux only: the listening socket's inode, then the process that has it open. */
function holderOf(port: number): string | undefined {
  try {
    const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)));
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      if (hasOpen(pid, inodes)) return `"${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()}" (process ${pid})`;
  } catch {
    return undefined;
  }
  return undefined;
}

function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync(table, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) === true && fields[3] === LISTEN)
    .map((fields) => fields[9] ?? '');
}

function hasOpen(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    return false;
  }
}
