/**
 * Lines over a long-lived TCP connection, each kept until it is acknowledged with `ACK n`. A lost connection is opened
 * again, calmly, and what was not acknowledged is sent once more: at least once, in order.
 */
import { connect, type Socket } from 'node:net';
import { createBackoff } from '../../../edge/agent/backoff.ts';
import { createLineReader } from '../line-reader.ts';
import { type Address, faultCode, type Tell } from '../program.ts';

const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 15_000;
/** A peer that takes lines for so long without a word is gone. */
const MAX_SILENCE_MS = 20_000;
const MAX_ANSWER_BYTES = 64;
const ACKNOWLEDGEMENT = /^ACK (\d{1,12})$/;

export interface LineClientOptions {
  readonly address: Address;
  /** Lines that are kept while nobody takes them; then the oldest gives way. */
  readonly capacity: number;
  readonly random: () => number;
  readonly tell: Tell;
}

interface Held {
  readonly line: string;
  /** Its number on the present connection; null when it was not sent there. */
  number: number | null;
}

export class LineClient {
  readonly #options: LineClientOptions;
  readonly #backoff;
  #held: Held[] = [];
  #socket: Socket | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** On the present connection. */
  #sent = 0;
  /** The first acknowledgement proves a connection: the agent's proxy accepts before the gateway has judged. */
  #proved: Socket | null = null;
  #heardMs = 0;
  readonly #ending = new AbortController();

  constructor(options: LineClientOptions) {
    this.#options = options;
    this.#backoff = createBackoff(FIRST_RETRY_MS, MAX_RETRY_MS, options.random);
    this.#open();
  }

  /** Lines that nobody has acknowledged yet. */
  get waiting(): number {
    return this.#held.length;
  }

  send(line: string): void {
    if (this.#ending.signal.aborted) return;
    if (this.#held.length >= this.#options.capacity) {
      this.#held.shift();
      this.#options.tell('line-dropped', { waiting: this.#held.length });
    }
    // Silence counts from when something was waiting for an answer.
    if (this.#held.length === 0) this.#heardMs = performance.now();
    this.#held.push({ line, number: null });
    this.#flush();
  }

  stop(): Promise<void> {
    this.#ending.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    const socket = this.#socket;
    if (socket === null || socket.closed) return Promise.resolve();
    return new Promise((resolve) => {
      socket.once('close', () => resolve());
      socket.destroy();
    });
  }

  #open(): void {
    const socket = connect({ ...this.#options.address, noDelay: true, keepAlive: true });
    let fault: string | null = null;
    socket.once('connect', () => {
      this.#heardMs = performance.now();
      this.#flush();
    });
    const read = createLineReader(
      MAX_ANSWER_BYTES,
      (line) => this.#hear(line),
      () => socket.destroy(),
    );
    socket.on('data', read);
    socket.on('error', (cause) => {
      fault = faultCode(cause);
    });
    socket.once('close', () => this.#lost(fault ?? 'closed'));
    this.#socket = socket;
  }

  #flush(): void {
    const socket = this.#socket;
    if (socket === null || socket.connecting || !socket.writable) return;
    if (this.#held.length > 0 && performance.now() - this.#heardMs > MAX_SILENCE_MS) {
      socket.destroy(new Error('silent'));
      return;
    }
    for (const held of this.#held) {
      if (held.number !== null) continue;
      this.#sent += 1;
      held.number = this.#sent;
      socket.write(`${held.line}\n`);
    }
  }

  #hear(line: string): void {
    const [, digits] = ACKNOWLEDGEMENT.exec(line) ?? [];
    if (digits === undefined) return;
    this.#heardMs = performance.now();
    this.#held = this.#held.filter(({ number }) => number === null || number > Number(digits));
    if (this.#proved === this.#socket) return;
    this.#proved = this.#socket;
    this.#backoff.reset();
    this.#options.tell('line-connected');
  }

  #lost(fault: string): void {
    this.#socket = null;
    this.#proved = null;
    this.#sent = 0;
    for (const held of this.#held) held.number = null;
    if (this.#ending.signal.aborted) return;
    this.#options.tell('line-lost', { fault, waiting: this.#held.length });
    this.#timer = setTimeout(() => this.#open(), this.#backoff.next());
  }
}

/** `KIND sender name=value …`: one line, no spaces inside a value. */
export const formatLine = (kind: string, sender: string, fields: Readonly<Record<string, string | number>>): string =>
  [kind, sender, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(' ');
