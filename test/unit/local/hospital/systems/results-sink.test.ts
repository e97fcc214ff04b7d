import { describe, expect, it } from 'vitest';
import { entityRef } from '../../../../../core/contracts/identifiers.ts';
import { startResultsSink } from '../../../../../local/hospital/systems/results-sink.ts';
import { asGateway, createHospitalSite, GATEWAY, LISTEN, recorded, started } from '../hospital-site.ts';

async function startSink() {
  const site = await createHospitalSite();
  const around = recorded();
  const results = entityRef('resource', 'north:results');
  const identity = await site.identity(results);
  const sink = await started(
    startResultsSink({ id: results.id, listen: LISTEN, identity, gateway: GATEWAY.id }, around),
  );
  const exchange = async (...parts: string[]): Promise<string> => {
    const socket = asGateway(site, sink.port)();
    socket.on('error', () => undefined);
    for (const part of parts) socket.write(part);
    socket.end();
    let heard = '';
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
    });
    await new Promise<void>((resolve) => void socket.on('close', () => resolve()));
    return heard;
  };
  return { exchange, around };
}

describe('the results sink', () => {
  it('acknowledges each line by its number, however the bytes arrive', async () => {
    const { exchange } = await startSink();
    expect(await exchange('RESULT a x=1\nRES', 'ULT a x=2\r\nRESULT a x=3\n')).toBe('ACK 1\nACK 2\nACK 3\n');
  });

  it('does not acknowledge a line that is not whole', async () => {
    const { exchange } = await startSink();
    expect(await exchange('RESULT a x=1\nRESULT a x=')).toBe('ACK 1\n');
  });

  it('counts anew on each connection', async () => {
    const { exchange } = await startSink();
    expect(await exchange('RESULT a x=1\n')).toBe('ACK 1\n');
    expect(await exchange('RESULT a x=2\n')).toBe('ACK 1\n');
  });

  it('ends a connection that sends a line without an end', async () => {
    const { exchange, around } = await startSink();
    expect(await exchange('x'.repeat(5000))).toBe('');
    expect(around.of('line-refused')).toHaveLength(1);
  });

  it('tells of a line who sent it, and none of its values', async () => {
    const { exchange, around } = await startSink();
    await exchange('RESULT north:lab-1 specimen=S000001 value=5.4\n');
    expect(around.of('line-received')[0]).toMatchObject({ number: 1, kind: 'RESULT', sender: 'north:lab-1' });
    expect(JSON.stringify(around.events)).not.toContain('5.4');
  });
});
