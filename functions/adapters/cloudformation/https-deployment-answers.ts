/** Answers a custom resource's request at the presigned address that came with it. */
import { VitalgateError } from '../../../core/errors.ts';
import type { DeploymentAnswer, DeploymentAnswers } from '../ports/deployment-answers.ts';

const MAX_ATTEMPTS = 4;
const FIRST_WAIT_MS = 500;
const ANSWER_WITHIN_MS = 5_000;

/** A deployment that hears nothing waits for an hour: an answer that was not taken is given again. */
export class HttpsDeploymentAnswers implements DeploymentAnswers {
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #fetch: typeof fetch;

  constructor(sleep: (ms: number) => Promise<void>, send: typeof fetch = fetch) {
    this.#sleep = sleep;
    this.#fetch = send;
  }

  async send(url: string, answer: DeploymentAnswer): Promise<void> {
    // Bytes and an empty type: the address is signed for a request that names no content type.
    const body = new Uint8Array(Buffer.from(JSON.stringify(answer), 'utf8'));
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#put(url, body);
      } catch (cause) {
        if (attempt + 1 === MAX_ATTEMPTS) {
          throw new VitalgateError('ERR_DEPLOYMENT_ANSWER', 'the deployment did not take the answer', { cause });
        }
        await this.#sleep(FIRST_WAIT_MS * 2 ** attempt);
      }
    }
  }

  async #put(url: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const headers = { 'content-type': '' };
    const response = await this.#fetch(url, {
      method: 'PUT',
      headers,
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new VitalgateError('ERR_DEPLOYMENT_ANSWER', `the answer was refused: ${response.status}`);
  }
}
