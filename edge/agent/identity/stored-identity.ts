/**
 * What an enrolled agent holds, as one folder that is there whole or not at all:
 * `key.pem` (0600), `certificate.pem` (leaf, then its authorities), `anchors.json` and `keys.json`.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import { type Anchors, AnchorsSchema, KeySetSchema } from '../../../core/contracts/enrolment.ts';
import type { EntityRef } from '../../../core/contracts/identifiers.ts';
import { VitalgateError } from '../../../core/errors.ts';
import { checkCertificate } from '../../../core/identity/certificate-profile.ts';
import { purposeOf } from './certificate-purpose.ts';

const FOLDER = 'identity';
const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
export interface AgentIdentity {
  readonly subject: EntityRef;
  /** PEM, leaf first. */
  readonly certificate: string;
  readonly key: string;
  readonly leaf: X509Certificate;
  readonly anchors: Anchors;
  readonly keys: JSONWebKeySet;
}

export type IdentityFiles = Pick<AgentIdentity, 'certificate' | 'key' | 'anchors' | 'keys'>;

export const identityFolder = (stateDirectory: string): string => join(stateDirectory, FOLDER);
export const isEnrolled = (stateDirectory: string): boolean => existsSync(identityFolder(stateDirectory));

/**
 * Reads the identity and proves it whole: all files, the key belongs to the certificate, the certificate to the subject,
 * and it is in force.
 * @throws VitalgateError `ERR_AGENT_HALF_ENROLLED`: something is missing or does not belong together;
 *   `ERR_AGENT_CERTIFICATE_EXPIRED`
 */
export async function loadIdentity(stateDirectory: string, subject: EntityRef, nowMs: number): Promise<AgentIdentity> {
  const files = await readFiles(identityFolder(stateDirectory)).catch((cause: unknown) => {
    throw new VitalgateError('ERR_AGENT_HALF_ENROLLED', 'the stored identity is not whole: enrol again', { cause });
  });
  return proveIdentity(files, subject, nowMs);
}

/** @throws as {@link loadIdentity} */
export function proveIdentity(files: IdentityFiles, subject: EntityRef, nowMs: number): AgentIdentity {
  const { leaf, verdict } = judge(files, subject, nowMs);
  if (verdict === 'certificate-valid') return { ...files, leaf, subject };
  if (verdict === 'certificate-expired')
    throw new VitalgateError('ERR_AGENT_CERTIFICATE_EXPIRED', 'the certificate has ended: enrol again');
  throw new VitalgateError('ERR_AGENT_HALF_ENROLLED', `the stored identity does not fit together (${verdict})`);
}

function judge(files: IdentityFiles, subject: EntityRef, nowMs: number): { leaf: X509Certificate; verdict: string } {
  try {
    const chain = (files.certificate.match(PEM_BLOCK) ?? []).map((block) => new X509Certificate(block));
    const [leaf] = chain;
    if (leaf === undefined) throw new Error('no certificate');
    const purpose = purposeOf(subject.kind);
    const anchors = [...files.anchors[purpose], ...files.anchors.root].map((block) => new X509Certificate(block));
    const { code, identity } = checkCertificate({ chain, anchors, purpose, nowMs });
    if (identity === null) return { leaf, verdict: code };
    if (identity.ref.kind !== subject.kind || identity.ref.id !== subject.id)
      return { leaf, verdict: 'certificate-foreign' };
    return { leaf, verdict: leaf.checkPrivateKey(createPrivateKey(files.key)) ? code : 'key-mismatch' };
  } catch (cause) {
    throw new VitalgateError('ERR_AGENT_HALF_ENROLLED', 'the stored identity cannot be read', { cause });
  }
}

async function readFiles(folder: string): Promise<IdentityFiles> {
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const [key, certificate, anchors, keys] = await Promise.all([
    read('key.pem'),
    read('certificate.pem'),
    read('anchors.json'),
    read('keys.json'),
  ]);
  return {
    key,
    certificate,
    anchors: AnchorsSchema.parse(JSON.parse(anchors)),
    keys: KeySetSchema.parse(JSON.parse(keys)) as JSONWebKeySet,
  };
}

/** Stores a new identity in one step: written and flushed beside its place, then moved there. */
export async function storeIdentity(stateDirectory: string, files: IdentityFiles): Promise<void> {
  const target = identityFolder(stateDirectory);
  const incoming = `${target}.incoming`;
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  await writePrivately(join(incoming, 'key.pem'), files.key);
  await writePrivately(join(incoming, 'certificate.pem'), files.certificate);
  await writePrivately(join(incoming, 'anchors.json'), `${JSON.stringify(files.anchors, null, 2)}\n`);
  await writePrivately(join(incoming, 'keys.json'), `${JSON.stringify(files.keys, null, 2)}\n`);
  await syncFolder(incoming);
  await rename(incoming, target);
  await syncFolder(stateDirectory);
}

/** Mode 0600, also where the umask says otherwise, and on disk when this returns. */
export async function writePrivately(path: string, content: string): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(path, 0o600);
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
