/**
 * A local door for signed documents: a Unix socket in the spool directory, for carrying orders by hand into a site that
 * has lost the control plane. One compact JWS a line in, one answer a line out, given when the document is in force in
 * every process. It believes nothing: what is not signed for this site is refused here as everywhere.
 */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { MAX_BUNDLE_BYTES } from '../../core/contracts/bundle.ts';
import type { SiteKeeper } from './site-keeper.ts';
import { monotonicNowMs, type SiteReplica } from './site-replica.ts';

export const ORDER_SOCKET = 'orders.sock';

/** @returns a function that closes it */
export async function openOrderSocket(path: string, keeper: SiteKeeper, replica: SiteReplica): Promise<() => void> {
  rmSync(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => open.delete(socket));
    readLines(socket, (line) => {
      const arrivedMs = monotonicNowMs();
      void keeper.takeToken(line, arrivedMs, false).then((taken) => {
        const { epoch, seq } = replica.state.position;
        const answer = { ...taken, epoch, seq, bundleVersion: replica.bundleVersion };
        if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`);
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
}

function readLines(socket: Socket, onLine: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    rest += text;
    if (rest.length > MAX_BUNDLE_BYTES) socket.destroy();
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line.trim());
  });
}
