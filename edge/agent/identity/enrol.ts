/**
 * Enrolment: a key of one's own, a one-time claim, and what the control plane answers, stored as a whole or not at all.
 *
 * Key and request are kept until the answer is stored, and sent again as they are after a failure: an answer that was
 * lost on the way strands nobody. @see RFC 7030 §4.2 for the shape of the exchange
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import * as z from 'zod';
import {
  type EnrolmentAnswer,
  EnrolmentAnswerSchema,
  type EnrolmentRequest,
} from '../../../core/contracts/enrolment.ts';
import type { EntityRef } from '../../../core/contracts/identifiers.ts';
import { InvalidInputError, VitalgateError } from '../../../core/errors.ts';
import { exchange } from '../https-exchange.ts';
import { createKeyAndRequest, type KeyAndRequest } from './certificate-request.ts';
import {
  type AgentIdentity,
  type IdentityFiles,
  isEnrolled,
  proveIdentity,
  storeIdentity,
  writePrivately,
} from './stored-identity.ts';

const PENDING = 'pending';

export interface EnrolmentOptions {
  readonly subject: EntityRef;
  readonly stateDirectory: string;
  /** Base URL of the API. */
  readonly api: string;
  /** PEM anchors of the API, when they are not publicly known. */
  readonly ca?: string | undefined;
  readonly claim: string;
  readonly nowMs: () => number;
  readonly signal?: AbortSignal | undefined;
}

const ProblemSchema = z.object({ code: z.string() });

/**
 * @throws VitalgateError `ERR_AGENT_ALREADY_ENROLLED`, `ERR_ENROLMENT_REFUSED` (its message names the API's code),
 *   `ERR_ENROLMENT_ANSWER`, `ERR_ENROLMENT_UNAVAILABLE`, `ERR_HTTPS_UNREACHABLE`
 */
export async function enrol(options: EnrolmentOptions): Promise<AgentIdentity> {
  const { stateDirectory, subject, nowMs } = options;
  if (isEnrolled(stateDirectory))
    throw new VitalgateError('ERR_AGENT_ALREADY_ENROLLED', 'this state directory holds an identity');
  const { keyPem, requestPem } = await pendingRequest(stateDirectory, subject);
  const answer = await askForCertificate(options, requestPem);
  const files: IdentityFiles = {
    key: keyPem,
    certificate: [answer.certificate, ...answer.chain].map((one) => `${one.trim()}\n`).join(''),
    anchors: answer.anchors,
    keys: answer.keys as JSONWebKeySet,
  };
  const identity = proveAnswer(files, subject, nowMs());
  await storeIdentity(stateDirectory, files);
  await rm(join(stateDirectory, PENDING), { recursive: true, force: true });
  return identity;
}

/** The request of an attempt that got no answer, or a new one. */
async function pendingRequest(stateDirectory: string, subject: EntityRef): Promise<KeyAndRequest> {
  const folder = join(stateDirectory, PENDING);
  const [keyFile, requestFile] = [join(folder, 'key.pem'), join(folder, 'request.pem')];
  try {
    return { keyPem: await readFile(keyFile, 'utf8'), requestPem: await readFile(requestFile, 'utf8') };
  } catch {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const made = await createKeyAndRequest(subject);
    await writePrivately(keyFile, made.keyPem);
    await writePrivately(requestFile, made.requestPem);
    return made;
  }
}

async function askForCertificate(
  { api, ca, claim, subject, signal }: EnrolmentOptions,
  csr: string,
): Promise<EnrolmentAnswer> {
  const request: EnrolmentRequest = { subject, claim, csr };
  const { status, text } = await exchange({
    url: new URL(`${api.replace(/\/$/, '')}/v1/enrolments`),
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    connection: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    signal,
  });
  const body = parseJson(text);
  if (status >= 500 || status === 429)
    throw new VitalgateError('ERR_ENROLMENT_UNAVAILABLE', `the control plane cannot enrol now (status ${status})`);
  if (status < 200 || status > 299) {
    const code = ProblemSchema.safeParse(body).data?.code ?? `status ${status}`;
    throw new InvalidInputError('ERR_ENROLMENT_REFUSED', `the control plane refused to enrol ${subject.id} (${code})`);
  }
  const parsed = EnrolmentAnswerSchema.safeParse(body);
  if (!parsed.success)
    throw new VitalgateError('ERR_ENROLMENT_ANSWER', 'the control plane answered something else than a certificate');
  return parsed.data;
}

function proveAnswer(files: IdentityFiles, subject: EntityRef, nowMs: number): AgentIdentity {
  try {
    return proveIdentity(files, subject, nowMs);
  } catch (cause) {
    throw new VitalgateError('ERR_ENROLMENT_ANSWER', 'the issued certificate is not the one that was asked for', {
      cause,
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
