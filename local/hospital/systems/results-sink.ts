/**
 * The results sink: takes lines over a long-lived connection and acknowledges each with `ACK n`, n being its number on
 * that connection. What it is sent, it has; what it has not acknowledged, the sender keeps.
 */
import type { TLSSocket } from 'node:tls';
import * as z from 'zod';
import { EntityIdSchema } from '../../../core/contracts/identifiers.ts';
import { createLineReader } from '../line-reader.ts';
import { ListenSchema, type Program, runningProgram, type Surroundings, type Tell, teller } from '../program.ts';
import { listenForGateway, SystemIdentitySchema } from './gateway-only.ts';

const MAX_LINE_BYTES = 4096;

export const ResultsSinkConfigSchema = z.strictObject({
  id: EntityIdSchema,
  listen: ListenSchema,
  identity: SystemIdentitySchema,
  gateway: EntityIdSchema,
});
export type ResultsSinkConfigInput = z.input<typeof ResultsSinkConfigSchema>;

export async function startResultsSink(input: ResultsSinkConfigInput, surroundings: Surroundings): Promise<Program> {
  const { id, listen, identity, gateway } = ResultsSinkConfigSchema.parse(input);
  const tell = teller('results-sink', id, surroundings);
  const server = await listenForGateway({
    listen,
    identity,
    gateway,
    nowMs: surroundings.nowMs,
    onGateway: (socket) => takeLines(socket, tell),
    onRefused: (code) => tell('peer-refused', { code }),
  });
  return runningProgram(tell, { port: server.port, stop: () => server.close() });
}

function takeLines(socket: TLSSocket, tell: Tell): void {
  let count = 0;
  tell('sender-connected');
  const read = createLineReader(
    MAX_LINE_BYTES,
    (line) => {
      count += 1;
      // The kind and the sender, as it says; never the values.
      const [kind = '', sender = ''] = line.split(' ');
      tell('line-received', { number: count, kind: kind.slice(0, 32), sender: sender.slice(0, 96) });
      socket.write(`ACK ${count}\n`);
    },
    () => {
      tell('line-refused', { code: 'line-too-long' });
      socket.destroy();
    },
  );
  socket.on('data', read);
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  socket.on('close', () => tell('sender-gone', { lines: count }));
}
