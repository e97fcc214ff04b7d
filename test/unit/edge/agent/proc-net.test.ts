import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isLoopback, parseSocketTable, readSockets } from '../../../../edge/agent/proc-net.ts';

const line = (local: string, remote: string, state: string): string =>
  `  sl  local_address rem_address   st\n   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 0 0 1\n`;

describe('the socket tables', () => {
  it.each([
    ['0100007F:1F90', '127.0.0.1', 8080],
    ['00000000:0016', '0.0.0.0', 22],
    ['0104A8C0:01BB', '192.168.4.1', 443],
    ['00000000000000000000000001000000:0050', '::1', 80],
    ['00000000000000000000000000000000:0050', '::', 80],
    ['0000000000000000FFFF00000104A8C0:0050', '192.168.4.1', 80],
    ['B80D01200000000067452301EFCDAB89:0050', '2001:db8::123:4567:89ab:cdef', 80],
  ])('read %s', (text, address, port) => {
    expect(parseSocketTable('tcp', line(text, text, '0A'))[0]).toMatchObject({
      localAddress: address,
      localPort: port,
      state: 'listening',
    });
  });

  it('tell listening from connected sockets, for TCP and UDP', () => {
    const state = (protocol: 'tcp' | 'udp', code: string) =>
      parseSocketTable(protocol, line('0100007F:1F90', '0100007F:1F91', code))[0]?.state;
    expect([state('tcp', '0A'), state('tcp', '01'), state('tcp', '06')]).toEqual(['listening', 'connected', 'other']);
    expect([state('udp', '07'), state('udp', '01')]).toEqual(['listening', 'connected']);
  });

  it('pass over what is no socket', () => {
    expect(parseSocketTable('tcp', 'header\nnonsense\n\n  1: zz:1 zz:2 0A\n')).toEqual([]);
  });

  it('hold a port that is open on this machine right now', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await readSockets('/proc')).toContainEqual(
      expect.objectContaining({ protocol: 'tcp', localAddress: '127.0.0.1', localPort: port, state: 'listening' }),
    );
  });

  it('are not there where there is no such system', async () => {
    expect(await readSockets('/does/not/exist')).toBeUndefined();
  });

  it('know what only this machine can reach', () => {
    expect(['127.0.0.1', '127.8.8.8', '::1'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', '192.168.127.1'].some(isLoopback)).toBe(false);
  });
});
