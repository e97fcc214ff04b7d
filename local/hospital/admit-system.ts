/** A business system or application comes in: enrolled for a claim, then assessed by the security engineer who set it up. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import * as z from 'zod';
import { type EntityRef, nameOf } from '../../core/contracts/identifiers.ts';
import { enrol } from '../../edge/agent/identity/enrol.ts';
import { type AgentIdentity, identityFolder } from '../../edge/agent/identity/stored-identity.ts';
import type { ApiClient } from '../api-client.ts';
import { type SiteFacts, stateDirectory } from './configurations.ts';
import { isCertified } from './site-library.ts';

const ClaimSchema = z.object({ claim: z.string() });

export async function issueClaim(api: ApiClient, { kind, id }: EntityRef): Promise<string> {
  const answer = await api.call({ method: 'POST', path: `/v1/entities/${kind}/${id}/claims`, body: {} });
  return ClaimSchema.parse(answer.body).claim;
}

export interface SystemToEnrol {
  readonly api: ApiClient;
  readonly facts: SiteFacts;
  readonly ref: EntityRef;
  readonly nowMs: () => number;
}

export async function enrolSystem({ api, facts, ref, nowMs }: SystemToEnrol): Promise<void> {
  const directory = stateDirectory(facts.hospital, nameOf(ref.id));
  if (existsSync(identityFolder(directory)) && (await isCertified(api, ref))) return;
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const identity = await enrol({
    subject: ref,
    stateDirectory: directory,
    api: facts.api,
    ca: await readFile(facts.apiAnchor, 'utf8'),
    claim: await issueClaim(api, ref),
    nowMs,
  });
  await api.call({
    method: 'POST',
    path: `/v1/entities/${ref.kind}/${ref.id}/assessment`,
    body: { reason: 'Commissioning of a local run', factors: commissioned(identity) },
  });
}

/** What its installer checks: the certificate it was given, and that it speaks nothing below TLS 1.3. */
const commissioned = ({ leaf }: AgentIdentity): readonly object[] => [
  {
    factor: 'certificate',
    value: {
      serial: leaf.serialNumber.toLowerCase(),
      notBefore: leaf.validFromDate.toISOString(),
      notAfter: leaf.validToDate.toISOString(),
    },
  },
  {
    factor: 'transmission',
    value: { tlsVersion: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', plaintextPorts: [] },
  },
];
