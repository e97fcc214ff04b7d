/**
 * As much of an MQTT 5 broker as one gateway needs: CONNECT, SUBSCRIBE, PUBLISH with QoS 1, PINGREQ, over mutual TLS.
 * @see OASIS MQTT 5.0
 */
import { createServer, type TLSSocket } from 'node:tls';

const PACKET = { connect: 1, publish: 3, puback: 4, subscribe: 8, ping: 12 } as const;

export interface BrokerCredentials {
  readonly cert: string;
  readonly key: string;
  readonly ca: readonly string[];
}

export interface ReceivedMessage {
  readonly topic: string;
  readonly text: string;
}

export class FakeBroker {
  readonly received: ReceivedMessage[] = [];
  readonly subscriptions: string[] = [];
  readonly #clients = new Set<TLSSocket>();
  readonly #acknowledged = new Map<number, () => void>();
  readonly #server;
  #packetId = 0;

  constructor({ cert, key, ca }: BrokerCredentials) {
    this.#server = createServer({ cert, key, ca: [...ca], requestCert: true, rejectUnauthorized: true }, (socket) => {
      this.#clients.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => this.#clients.delete(socket));
      readPackets(socket, (type, flags, body) => this.#handle(socket, type, flags, body));
    });
  }

  listen(port = 0): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(port, '127.0.0.1', () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  get connected(): boolean {
    return this.#clients.size > 0;
  }

  /** Resolves when the client has acknowledged it. */
  publish(topic: string, text: string): Promise<void> {
    this.#packetId += 1;
    const id = this.#packetId;
    const body = Buffer.concat([textField(topic), number16(id), Buffer.from([0]), Buffer.from(text)]);
    const packet = Buffer.concat([Buffer.from([0x32]), variableLength(body.length), body]);
    return new Promise((resolve) => {
      this.#acknowledged.set(id, resolve);
      for (const client of this.#clients) client.write(packet);
    });
  }

  close(): void {
    this.#server.close();
    for (const client of this.#clients) client.destroy();
  }

  #handle(socket: TLSSocket, type: number, flags: number, body: Buffer): void {
    if (type === PACKET.connect) socket.write(Buffer.from([0x20, 3, 0, 0, 0]));
    else if (type === PACKET.ping) socket.write(Buffer.from([0xd0, 0]));
    else if (type === PACKET.puback) {
      const id = body.readUInt16BE(0);
      this.#acknowledged.get(id)?.();
      this.#acknowledged.delete(id);
    } else if (type === PACKET.subscribe) this.#subscribe(socket, body);
    else if (type === PACKET.publish) this.#receive(socket, flags, body);
  }

  #subscribe(socket: TLSSocket, body: Buffer): void {
    let at = 3 + (body[2] ?? 0);
    const granted: number[] = [];
    while (at < body.length) {
      const length = body.readUInt16BE(at);
      this.subscriptions.push(body.toString('utf8', at + 2, at + 2 + length));
      granted.push(1);
      at += length + 3;
    }
    const answer = Buffer.concat([body.subarray(0, 2), Buffer.from([0, ...granted])]);
    socket.write(Buffer.concat([Buffer.from([0x90]), variableLength(answer.length), answer]));
  }

  #receive(socket: TLSSocket, flags: number, body: Buffer): void {
    const length = body.readUInt16BE(0);
    const topic = body.toString('utf8', 2, 2 + length);
    const withId = (flags & 0b0110) !== 0;
    const propertiesAt = 2 + length + (withId ? 2 : 0);
    const text = body.toString('utf8', propertiesAt + 1 + (body[propertiesAt] ?? 0));
    this.received.push({ topic, text });
    if (withId) socket.write(Buffer.concat([Buffer.from([0x40, 2]), body.subarray(2 + length, 4 + length)]));
  }
}

function readPackets(socket: TLSSocket, onPacket: (type: number, flags: number, body: Buffer) => void): void {
  let held = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const header = readHeader(held);
      if (header === null || held.length < header.end) return;
      onPacket((held[0] ?? 0) >> 4, (held[0] ?? 0) & 0x0f, held.subarray(header.start, header.end));
      held = held.subarray(header.end);
    }
  });
}

function readHeader(data: Buffer): { start: number; end: number } | null {
  let length = 0;
  for (let index = 1; index < 5; index += 1) {
    const byte = data[index];
    if (byte === undefined) return null;
    length += (byte & 0x7f) << (7 * (index - 1));
    if ((byte & 0x80) === 0) return { start: index + 1, end: index + 1 + length };
  }
  return null;
}

function variableLength(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length;
  do {
    const byte = rest & 0x7f;
    rest >>= 7;
    bytes.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return Buffer.from(bytes);
}

const number16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const textField = (text: string): Buffer => Buffer.concat([number16(Buffer.byteLength(text)), Buffer.from(text)]);
