/** An enrolment API that really issues: over HTTPS, from the request it is sent, by a test authority. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { EnrolmentRequestSchema } from '../../../../../core/contracts/enrolment.ts';
import { entityRef } from '../../../../../core/contracts/identifiers.ts';
import { parseCertificateRequest } from '../../../../../core/identity/certificate-request.ts';
import { createTestPki, createTestSigner, type TestKey, type TestPki } from '../../../../fixtures/pki.ts';

export const CLAIM = 'a claim of the test';

export interface EnrolmentServer {
  readonly api: string;
  readonly ca: string;
  readonly pki: TestPki;
  readonly requests: string[];
}

export interface EnrolmentServerOptions {
  /** Instead of the true answer. */
  readonly answer?: (truth: Record<string, unknown>, pki: TestPki, request: number) => Promise<unknown>;
  readonly refuse?: { readonly status: number; readonly code: string };
  /** How many times it refuses; always when absent. */
  readonly refusals?: number;
}

export async function startEnrolmentServer(options: EnrolmentServerOptions = {}): Promise<EnrolmentServer> {
  const pki = await createTestPki(Date.now());
  const own = await pki.issue(entityRef('resource', 'north:api'), { dnsNames: ['localhost'] });
  const signer = createTestSigner('state-1');
  const requests: string[] = [];
  const issue = async (body: string): Promise<{ status: number; answer: unknown }> => {
    const { subject, claim, csr } = EnrolmentRequestSchema.parse(JSON.parse(body));
    requests.push(csr);
    if (options.refuse !== undefined && requests.length <= (options.refusals ?? Number.POSITIVE_INFINITY))
      return { status: options.refuse.status, answer: { code: options.refuse.code } };
    if (claim !== CLAIM) return { status: 403, answer: { code: 'claim-unknown' } };
    const parsed = await parseCertificateRequest(csr, subject);
    if (!parsed.ok) return { status: 400, answer: { code: parsed.code } };
    const leaf = await pki.issue(subject, { key: publicHalf(parsed.value.publicKeySpki) });
    const truth = {
      schema: 'vitalgate.enrolment/1',
      subject,
      certificate: leaf.certificatePem,
      chain: [pki[subject.kind === 'resource' ? 'resource' : 'device'].certificatePem],
      anchors: { root: [pki.root.certificatePem], ...pki.anchors },
      keys: signer.jwks,
      mqtt: 'mqtts://localhost:8883',
    };
    return { status: 201, answer: options.answer ? await options.answer(truth, pki, requests.length) : truth };
  };
  const server = createServer({ cert: own.chainPem, key: own.privateKeyPem }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      issue(Buffer.concat(chunks).toString('utf8')).then(
        ({ status, answer }) => {
          if (answer === undefined) return void response.destroy();
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
        },
        () => void response.writeHead(500).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { api: `https://localhost:${port}`, ca: pki.root.certificatePem, pki, requests };
}

/** The authority sees the public half alone; its private half here is another one's and never used. */
function publicHalf(spki: Uint8Array): TestKey {
  const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const { key } = createTestSigner('unused');
  return {
    publicKey,
    spki,
    privateKeyPem: key.privateKeyPem,
    privateKey: createPrivateKey(key.privateKeyPem),
  };
}
