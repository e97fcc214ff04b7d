/** One session of a device's own kind, opened through the device's agent as its program does, and watched to its end. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { SystemName } from '../local/hospital/inventory.ts';

const PATIENCE_MS = 10_000;

/** What to say so that the other side answers; each answer proves that the way is open. */
const ASK: Readonly<Record<SystemName, (name: string) => string>> = {
  fhir: () => 'GET /metadata HTTP/1.1\r\nHost: fhir\r\nAccept: application/fhir+json\r\n\r\n',
  results: (name) => `PROBE ${name}\n`,
};

export class DemoSession {
  readonly system: SystemName;
  readonly #device: string;
  readonly #socket: Socket;
  #heard = 0;
  #closedAtMs: number | null = null;

  private constructor(system: SystemName, device: string, socket: Socket) {
    this.system = system;
    this.#device = device;
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#heard += chunk.length;
    });
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      this.#closedAtMs = performance.now();
    });
  }

  static async open(system: SystemName, device: string, port: number): Promise<DemoSession> {
    const socket = connect(port, '127.0.0.1');
    const session = new DemoSession(system, device, socket);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
    return session;
  }

  /** On the clock of `performance.now()`; `null` while it is open. */
  get closedAtMs(): number | null {
    return this.#closedAtMs;
  }

  /** @returns whether even one byte came back */
  async asks(): Promise<boolean> {
    const before = this.#heard;
    if (this.#closedAtMs === null) this.#socket.write(ASK[this.system](this.#device));
    await until(() => this.#heard > before || this.#closedAtMs !== null, PATIENCE_MS);
    return this.#heard > before;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Resolves when it holds, or after this long. */
export async function until(holds: () => boolean | Promise<boolean>, patienceMs: number): Promise<boolean> {
  const endMs = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}
