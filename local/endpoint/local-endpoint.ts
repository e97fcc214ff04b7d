/** Everything an AWS endpoint on this machine takes, in order: program, certificates, process, credentials. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeploymentTarget } from '../deployment/deploy.ts';
import type { LocalPaths } from '../paths.ts';
import type { Ports } from '../ports.ts';
import type { ProcessTable } from '../processes.ts';
import { type Credential, deployerCredential, rootCredential } from './endpoint-credentials.ts';
import { ACCOUNT, type Endpoint, endpointUrl, hasEndpointState, REGION, startEndpoint } from './endpoint-process.ts';
import { ensureMachineCertificates } from './machine-authority.ts';
import { ensurePythonEnvironment } from './python-environment.ts';

export interface LocalEndpointOptions {
  readonly paths: LocalPaths;
  readonly ports: Pick<Ports, 'ENDPOINT' | 'MQTT'>;
  readonly processes: ProcessTable;
  readonly nowMs: number;
  readonly signal?: AbortSignal;
}

export interface LocalEndpoint extends Endpoint {
  readonly deployer: Credential;
}

/**
 * What the endpoint kept is used only after a clean stop. After a crash it may lag behind what gateways and devices have
 * seen, and they would rightly refuse it: everything that hangs on it begins anew together.
 * @returns whether there was anything to throw away
 */
export async function discardUnlessWhole(paths: LocalPaths): Promise<boolean> {
  if (hasEndpointState(paths)) return false;
  const hadState = existsSync(paths.credentials);
  const stateful = [
    paths.endpointState,
    paths.credentials,
    paths.deployed,

    paths.assembly,
    paths.gateway,
  ];
  for (const path of [...stateful, paths.hospital, join(paths.root, 'runtime.json')])
    await rm(path, { recursive: true, force: true });
  return hadState;
}

export async function startLocalEndpoint(options: LocalEndpointOptions): Promise<LocalEndpoint> {
  const { paths, nowMs, signal } = options;
  await ensurePythonEnvironment(paths, signal);
  const certificate = await ensureMachineCertificates(paths, nowMs);
  const endpoint = await startEndpoint({ ...options, certificate, root: await rootCredential(paths) });
  const deployer = await deployerCredential(paths, endpoint.url);
  return { ...endpoint, deployer };
}

export const deploymentTarget = (
  { paths, ports }: Pick<LocalEndpointOptions, 'paths' | 'ports'>,
  endpoint: Promise<LocalEndpoint>,
): DeploymentTarget => ({
  url: endpointUrl(ports),
  account: ACCOUNT,
  region: REGION,
  environment: endpoint.then(({ deployer }) => clientEnvironment(paths, deployer)),
});

/** What any AWS client needs to talk to the endpoint: who it is, and whom it trusts. */
const clientEnvironment = (paths: LocalPaths, credential: Credential): NodeJS.ProcessEnv => ({
  AWS_ACCESS_KEY_ID: credential.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
  AWS_CA_BUNDLE: join(paths.tls, 'anchors.pem'),
  NODE_EXTRA_CA_CERTS: paths.caCertificate,
});
