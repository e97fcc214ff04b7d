import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpsDeploymentAnswers } from '../../../../functions/adapters/cloudformation/https-deployment-answers.ts';
import type { DeploymentAnswer } from '../../../../functions/adapters/ports/deployment-answers.ts';

const ANSWER: DeploymentAnswer = {
  Status: 'SUCCESS',
  PhysicalResourceId: 'p',
  StackId: 's',
  RequestId: 'r',
  LogicalResourceId: 'l',
  Data: { RootPem: 'pem' },
};

interface Taken {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let url: string;
let taken: Taken[];
let refusals: number;
const waits: number[] = [];

beforeEach(async () => {
  [taken, refusals] = [[], 0];
  waits.length = 0;
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      refusals -= 1;
      if (refusals < 0)
        taken.push({ method: request.method, headers: request.headers, body: Buffer.concat(parts).toString() });
      response.writeHead(refusals < 0 ? 200 : 503).end('answer');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?signature=a%2Bb`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const answers = new HttpsDeploymentAnswers((ms) => {
  waits.push(ms);
  return Promise.resolve();
});

describe('HttpsDeploymentAnswers', () => {
  it('puts the answer without a content type, as the address was signed', async () => {
    await answers.send(url, ANSWER);
    expect(taken).toHaveLength(1);
    expect(taken[0]?.method).toBe('PUT');
    expect(taken[0]?.headers['content-type'] ?? '').toBe('');
    expect(JSON.parse(taken[0]?.body ?? '')).toEqual(ANSWER);
  });

  it('answers again, each time later, until the answer is taken', async () => {
    refusals = 2;
    await answers.send(url, ANSWER);
    expect(taken).toHaveLength(1);
    expect(waits).toEqual([500, 1000]);
  });

  it('throws when nobody takes it', async () => {
    refusals = 100;
    await expect(answers.send(url, ANSWER)).rejects.toMatchObject({ code: 'ERR_DEPLOYMENT_ANSWER' });
    expect(taken).toEqual([]);
  });
});
