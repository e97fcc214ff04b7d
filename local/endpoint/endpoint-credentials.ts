/**
 * Credentials of the local endpoint: its root, known to its own process alone, and the IAM user that deploys. Root is
 * used once, to make that user; from then on everyone is somebody whose policies are evaluated.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { LocalPaths } from '../paths.ts';
import { endpointRequest } from './endpoint-request.ts';

const CredentialSchema = z
  .strictObject({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) })
  .readonly();
export type Credential = z.infer<typeof CredentialSchema>;
export type RootCredential = Credential;

const CredentialsSchema = z.strictObject({ root: CredentialSchema, deployer: CredentialSchema.optional() });
type Credentials = z.infer<typeof CredentialsSchema>;

const QUERY_VERSIONS = { iam: '2010-05-08', sts: '2011-06-15' } as const;
const DEPLOYER = 'vitalgate-deployer';
/** What the one who deploys may do: everything, as an administrator of a new account. The functions may not. */
const ADMINISTRATOR = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

export interface RootAccess {
  readonly paths: LocalPaths;
  readonly url: string;
  readonly root: RootCredential;
}

/** The same over restarts, as the endpoint keeps what was made under it. */
export async function rootCredential(paths: LocalPaths): Promise<RootCredential> {
  const held = read(paths);
  if (held !== undefined) return held.root;
  const root = { accessKeyId: `AKIA${token(8).toUpperCase()}`, secretAccessKey: token(20) };
  await write(paths, { root });
  return root;
}

/** @returns the user that deploys, made on the first call */
export async function deployerCredential(paths: LocalPaths, url: string): Promise<Credential> {
  const held = read(paths);
  if (held?.deployer !== undefined) return held.deployer;
  const root = await rootCredential(paths);
  const call = (action: string, parameters: Readonly<Record<string, string>>) =>
    asRoot({ paths, url, root }, 'iam', action, parameters);
  await call('CreateUser', { UserName: DEPLOYER });
  await call('PutUserPolicy', {
    UserName: DEPLOYER,
    PolicyName: 'administrator',
    PolicyDocument: JSON.stringify(ADMINISTRATOR),
  });
  const answer = await call('CreateAccessKey', { UserName: DEPLOYER });
  const deployer = { accessKeyId: element(answer, 'AccessKeyId'), secretAccessKey: element(answer, 'SecretAccessKey') };
  await write(paths, { root, deployer });
  return deployer;
}

const token = (bytes: number): string => randomBytes(bytes).toString('hex');

/**
 * Calls IAM or STS as the endpoint's root. It takes root at its word (it listens on the loopback address only): the header
 * names who calls.
 */
export function asRoot(
  { paths, url, root }: RootAccess,
  service: keyof typeof QUERY_VERSIONS,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const scope = `20260101/us-east-1/${service}/aws4_request`;
  return endpointRequest(paths, `${url}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `AWS4-HMAC-SHA256 Credential=${root.accessKeyId}/${scope}, SignedHeaders=host, Signature=0`,
    },
    body: new URLSearchParams({ Action: action, Version: QUERY_VERSIONS[service], ...parameters }).toString(),
  });
}

/** The text of one element of an answer. */
export function element(xml: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  if (found === undefined) throw new Error(`the endpoint's answer has no ${name}`);
  return found;
}

function read(paths: LocalPaths): Credentials | undefined {
  if (!existsSync(paths.credentials)) return undefined;
  return CredentialsSchema.parse(JSON.parse(readFileSync(paths.credentials, 'utf8')));
}

async function write(paths: LocalPaths, credentials: Credentials): Promise<void> {
  await mkdir(dirname(paths.credentials), { recursive: true });
  await writeFile(paths.credentials, JSON.stringify(credentials), { mode: 0o600 });
}
