/**
 * A device's tunnel ends in one worker, and the application that wants the device may have come to another. Each worker
 * listens on a Unix socket of its own; a stream to a service elsewhere starts with one line that names it.
 */
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import * as z from 'zod';
import { type EntityId, EntityIdSchema } from '../../core/contracts/identifiers.ts';
import { joinStreams } from '../protocols/tcp/pipe.ts';

const MAX_LINE_BYTES = 1024;
const LINE_FEED = 0x0a;
const CallSchema = z.strictObject({ device: EntityIdSchema, service: z.string().min(1).max(128) });
const UNMETERED = { toResource: () => undefined, fromResource: () => undefined };

const socketPath = (directory: string, worker: number): string => `${directory}/tunnel-${worker}.sock`;

export class TunnelBridge {
  readonly #directory: string;
  readonly #server: Server;
  readonly #holders = new Map<EntityId, number>();

  /** @param open a stream through a tunnel that ends in this process */
  constructor(directory: string, open: (device: EntityId, service: string) => Duplex | null) {
    this.#directory = directory;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => socket.destroy());
      readCall(socket, (call) => {
        const stream = call === null ? null : open(call.device, call.service);
        if (stream === null) socket.destroy();
        else joinStreams(socket, stream, UNMETERED);
      });
    });
  }

  async listen(worker: number): Promise<void> {
    const path = socketPath(this.#directory, worker);
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, resolve);
    });
    chmodSync(path, 0o600);
  }

  /** Where a device's tunnel ends now. */
  note(device: EntityId, worker: number, open: boolean): void {
    if (open) this.#holders.set(device, worker);
    else if (this.#holders.get(device) === worker) this.#holders.delete(device);
  }

  reach(device: EntityId, service: string, then: (stream: Duplex | null) => void): void {
    const worker = this.#holders.get(device);
    if (worker === undefined) {
      then(null);
      return;
    }
    const socket = connect({ path: socketPath(this.#directory, worker), allowHalfOpen: true });
    const failed = (): void => then(null);
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      socket.on('error', () => socket.destroy());
      socket.write(`${JSON.stringify({ device, service })}\n`);
      then(socket);
    });
  }

  close(): void {
    this.#server.close();
  }
}

function readCall(socket: Socket, then: (call: z.infer<typeof CallSchema> | null) => void): void {
  let head = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(LINE_FEED);
    if (end < 0 && head.length <= MAX_LINE_BYTES) return;
    socket.off('data', onData);
    socket.pause();
    if (end >= 0 && end + 1 < head.length) socket.unshift(head.subarray(end + 1));
    then(end < 0 ? null : parseCall(head.subarray(0, end).toString('utf8')));
  };
  socket.on('data', onData);
}

function parseCall(line: string): z.infer<typeof CallSchema> | null {
  try {
    const parsed = CallSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
