import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LineClient } from '../../../../../local/hospital/devices/line-client.ts';
import { teller } from '../../../../../local/hospital/program.ts';
import { local, recorded } from '../hospital-site.ts';

/** Hears lines and acknowledges them when told to. */
async function startPeer() {
  const lines: string[][] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const mine: string[] = [];
    lines.push(mine);
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => mine.push(...chunk.toString().trim().split('\n')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, lines, sockets };
}

function startClient(port: number, capacity = 100) {
  const around = { ...recorded(), random: () => 0 };
  const tell = teller('test', 'north:lab-1', around);
  const client = new LineClient({ address: local(port), capacity, random: () => 0, tell });
  onTestFinished(() => client.stop());
  return { client, around };
}

describe('a line client', () => {
  it('keeps a line until it is acknowledged', async () => {
    const { port, lines, sockets } = await startPeer();
    const { client } = startClient(port);
    for (const line of ['a', 'b', 'c']) client.send(line);
    await vi.waitFor(() => expect(lines[0]).toEqual(['a', 'b', 'c']));
    expect(client.waiting).toBe(3);
    sockets[0]?.write('ACK 2\n');
    await vi.waitFor(() => expect(client.waiting).toBe(1));
  });

  it('sends again after a lost connection what was not acknowledged, in order', async () => {
    const { port, lines, sockets } = await startPeer();
    const { client, around } = startClient(port);
    for (const line of ['a', 'b', 'c']) client.send(line);
    await vi.waitFor(() => expect(lines[0]).toHaveLength(3));
    sockets[0]?.write('ACK 1\n');
    await around.until('line-connected');
    sockets[0]?.destroy();
    await around.until('line-lost');
    client.send('d');
    await vi.waitFor(() => expect(lines[1]).toEqual(['b', 'c', 'd']));
    sockets[1]?.write('ACK 3\n');
    await vi.waitFor(() => expect(client.waiting).toBe(0));
  });

  it('says that it is connected only once a line was acknowledged', async () => {
    const { port, sockets } = await startPeer();
    const { client, around } = startClient(port);
    client.send('a');
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    sockets[0]?.destroy();
    await around.until('line-lost');
    expect(around.of('line-connected')).toEqual([]);
  });

  it('drops the oldest line when nobody takes any, and says so', async () => {
    const { port, lines } = await startPeer();
    const { client, around } = startClient(port, 2);
    for (const line of ['a', 'b', 'c']) client.send(line);
    await vi.waitFor(() => expect(lines[0]).toEqual(['b', 'c']));
    expect(around.of('line-dropped')).toHaveLength(1);
  });

  it('leaves nothing open when it is stopped, whatever it was at', async () => {
    const { port, sockets } = await startPeer();
    const connected = startClient(port).client;
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    await connected.stop();
    const retrying = startClient(1);
    await retrying.around.until('line-lost');
    await retrying.client.stop();
    const told = retrying.around.events.length;
    retrying.client.send('late');
    expect(retrying.client.waiting).toBe(0);
    expect(retrying.around.events).toHaveLength(told);
  });
});
