/** FHIR over plain HTTP to the agent's local proxy, on one connection that is kept open. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { readProblem } from '../problem.ts';
import { type Address, faultCode, type Tell } from '../program.ts';
import { readBody } from '../read-body.ts';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
const FIRST_ERROR = 400;

export interface FhirCall {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** `Observation`, `Device/pump-3`, `ServiceRequest?status=active`. */
  readonly target: string;
  readonly body?: unknown;
}

export class FhirClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #address: Address;
  readonly #tell: Tell;
  #closed = false;

  constructor(address: Address, tell: Tell) {
    this.#address = address;
    this.#tell = tell;
  }

  /**
   * Never rejects; what happened is told as an event.
   * @returns the body of the answer, or undefined when there was none or it was a refusal
   */
  async call(call: FhirCall): Promise<unknown> {
    const { method, target } = call;
    const type = target.split(/[/?]/, 1)[0];
    try {
      const { status, text } = await this.#exchange(call);
      if (status >= FIRST_ERROR) {
        this.#tell('fhir-refused', { method, type, ...readProblem(status, text) });
        return undefined;
      }
      this.#tell('fhir-answered', { method, type, status });
      return text === '' ? null : (JSON.parse(text) as unknown);
    } catch (cause) {
      if (!this.#closed) this.#tell('fhir-lost', { method, type, fault: faultCode(cause) });
      return undefined;
    }
  }

  close(): void {
    this.#closed = true;
    this.#agent.destroy();
  }

  async #exchange(call: FhirCall): Promise<{ status: number; text: string }> {
    const answer = await this.#send(call);
    const text = await readBody(answer, MAX_ANSWER_BYTES);
    if (text === undefined) throw new Error('answer-broken');
    return { status: answer.statusCode ?? 0, text };
  }

  #send(call: FhirCall): Promise<IncomingMessage> {
    const { method, target, body } = call;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      accept: 'application/fhir+json',
      ...(text !== undefined && { 'content-type': 'application/fhir+json', 'content-length': Buffer.byteLength(text) }),
    };
    return new Promise((resolve, reject) => {
      const options = {
        ...this.#address,
        agent: this.#agent,
        path: `/${target}`,
        method,
        headers,
        timeout: TIMEOUT_MS,
      };
      const outgoing = request(options, resolve);
      outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
      outgoing.on('error', (cause: NodeJS.ErrnoException) => {
        // The other side closed a connection at rest while this was on its way: what may be said twice is said again.
        const again = outgoing.reusedSocket && cause.code === 'ECONNRESET' && method !== 'POST' && !this.#closed;
        if (again) this.#send(call).then(resolve, reject);
        else reject(cause);
      });
      outgoing.end(text);
    });
  }
}
