/**
 * The primary's side of several enforcing processes: starts them, gives each every document in order, and counts a
 * document as carried out when each has said so. A worker that died has carried it out: its sessions died with it.
 */
import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { EntityId } from '../../core/contracts/identifiers.ts';
import type { LocalConclusion } from '../decision/local-conclusion.ts';
import type { FromWorker, ToWorker } from './ipc.ts';
import type { BoundAddress } from './listener.ts';
import type { Log } from './logger.ts';
import type { MetricFamily } from './metrics.ts';
import type { SiteDocument } from './site-document.ts';

type StartMessage = Extract<ToWorker, { type: 'start' }>;
type Answer = Extract<FromWorker, { type: 'done' }>;

export interface PoolPorts {
  readonly log: Log;
  /** What a worker that starts now must be told, besides its number. */
  readonly startMessage: () => Omit<StartMessage, 'type' | 'worker' | 'tunnels'>;
  /** A worker concluded something: it is kept and spread, and then the worker is answered. */
  readonly onConclusion: (conclusion: LocalConclusion, arrivedMs: number, from: number) => Promise<void>;
}

interface Member {
  readonly worker: Worker;
  readonly number: number;
  readonly waiting: Map<number, (answer: Answer | null) => void>;
  processName: string | null;
}

const RESPAWN_DELAY_MS = 500;

export class WorkerPool {
  readonly #ports: PoolPorts;
  readonly #members = new Map<number, Member>();
  readonly #tunnels = new Map<EntityId, number>();
  #nextId = 0;
  #draining = false;

  constructor(ports: PoolPorts) {
    this.#ports = ports;
    // Workers accept by themselves: the primary's processor time does not limit them.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({ exec: fileURLToPath(new URL('./worker-main.ts', import.meta.url)), args: [] });
  }

  get processNames(): string[] {
    return [...this.#members.values()].map(({ processName }) => processName).filter((name) => name !== null);
  }

  /** Resolves with the addresses when all are ready. */
  async start(count: number): Promise<readonly BoundAddress[]> {
    const addresses = await Promise.all(Array.from({ length: count }, (_, index) => this.#spawn(index + 1)));
    return addresses[0] ?? [];
  }

  /** Resolves when every worker has taken it. */
  async document(document: SiteDocument, arrivedMs: number | null): Promise<void> {
    await this.#askAll((id) => ({ type: 'document', id, document, arrivedMs }));
  }

  async conclusion(conclusion: LocalConclusion, arrivedMs: number | null, except: number | null): Promise<void> {
    await this.#askAll((id) => ({ type: 'conclusion', id, conclusion, arrivedMs }), except);
  }

  async metrics(): Promise<(readonly MetricFamily[])[]> {
    const answers = await this.#askAll((id) => ({ type: 'metrics', id }));
    return answers.map((answer) => answer?.families ?? []);
  }

  /** Resolves when every worker has ended. */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    const ended = [...this.#members.values()].map(
      ({ worker }) => new Promise<void>((resolve) => worker.once('exit', () => resolve())),
    );
    for (const member of this.#members.values()) send(member, { type: 'drain', deadlineMs });
    await Promise.all(ended);
  }

  #spawn(number: number): Promise<readonly BoundAddress[]> {
    const worker = cluster.fork();
    const member: Member = { worker, number, waiting: new Map(), processName: null };
    this.#members.set(number, member);
    const tunnels = [...this.#tunnels];
    // From here on the member gets every document; what came before is in the message. Nothing can fall in between.
    send(member, { type: 'start', worker: number, tunnels, ...this.#ports.startMessage() });
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.type === 'ready') {
          member.processName = message.processName;
          resolve(message.listeners);
        } else this.#onMessage(member, message);
      });
      worker.once('exit', (code) => {
        this.#onExit(member, code);
        reject(new Error('a worker ended while starting'));
      });
    });
  }

  #onMessage(member: Member, message: Exclude<FromWorker, { type: 'ready' }>): void {
    if (message.type === 'done') {
      member.waiting.get(message.id)?.(message);
      member.waiting.delete(message.id);
    } else if (message.type === 'conclusion') {
      const { id, conclusion, arrivedMs } = message;
      const answer = (): void => send(member, { type: 'spread', id });
      this.#ports.onConclusion(conclusion, arrivedMs, member.number).then(answer, answer);
    } else this.#onTunnel(member.number, message.device, message.open);
  }

  #onTunnel(worker: number, device: EntityId, open: boolean): void {
    if (open) this.#tunnels.set(device, worker);
    else if (this.#tunnels.get(device) === worker) this.#tunnels.delete(device);
    for (const member of this.#members.values()) send(member, { type: 'tunnel', device, worker, open });
  }

  #onExit(member: Member, code: number | null): void {
    this.#members.delete(member.number);
    for (const answer of member.waiting.values()) answer(null);
    for (const [device, worker] of this.#tunnels) if (worker === member.number) this.#onTunnel(worker, device, false);
    if (this.#draining) return;
    this.#ports.log('error', 'worker-exited', { worker: member.number, exitCode: code });
    setTimeout(() => {
      if (!this.#draining) this.#spawn(member.number).catch(() => undefined);
    }, RESPAWN_DELAY_MS);
  }

  #askAll(make: (id: number) => ToWorker, except: number | null = null): Promise<(Answer | null)[]> {
    const asked = [...this.#members.values()].filter(({ number }) => number !== except);
    return Promise.all(
      asked.map(
        (member) =>
          new Promise<Answer | null>((resolve) => {
            this.#nextId += 1;
            member.waiting.set(this.#nextId, resolve);
            send(member, make(this.#nextId));
          }),
      ),
    );
  }
}

function send({ worker }: Member, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}
