import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { assertPortsFree } from '../../../local/port-check.ts';
import { DEFAULT_PORTS, portsFrom } from '../../../local/ports.ts';

describe('ports', () => {
  it('are the published ones unless they are moved', () => {
    expect(portsFrom({})).toEqual(DEFAULT_PORTS);
    expect(portsFrom({ VITALGATE_TLS_PORT: '9443' })).toEqual({ ...DEFAULT_PORTS, TLS: 9443 });
  });

  it.each(['0', '65536', 'many', '44.3'])('refuses %s with the name of the variable', (text) => {
    expect(() => portsFrom({ VITALGATE_MQTT_PORT: text })).toThrow(/VITALGATE_MQTT_PORT/);
  });
});

describe('the port check', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  it('names the port, who has it and how to move it', async () => {
    const held = createServer();
    server = held;
    const port = await new Promise<number>((resolve) => {
      held.listen(0, '127.0.0.1', () => {
        const address = held.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const check = assertPortsFree({ ...DEFAULT_PORTS, TLS: port }, ['TLS']);
    await expect(check).rejects.toMatchObject({
      message: expect.stringContaining(`Port ${port} (TLS) is in use`),
      remedy: expect.stringContaining('VITALGATE_TLS_PORT'),
    });
  });
});
