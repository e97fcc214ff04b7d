/**
 * The local AWS endpoint as one process: IAM and IoT policies enforced, TLS with this machine's certificate, state kept
 * on a clean stop. It listens on the loopback address; its MQTT broker, on every address (docs/local.md).
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { StartFailure } from '../failure.ts';
import { type LocalPaths, REPOSITORY_ROOT } from '../paths.ts';
import type { Ports } from '../ports.ts';
import type { ProcessTable, StartedProcess } from '../processes.ts';
import { waitUntil } from '../wait-until.ts';
import type { RootCredential } from './endpoint-credentials.ts';
import { endpointRequest } from './endpoint-request.ts';
import type { ServerCertificate } from './machine-authority.ts';
import { pythonIn } from './python-environment.ts';

export const REGION = 'eu-central-1';
export const ACCOUNT = '000000000000';
export const ENDPOINT_PROCESS = 'endpoint';

const READY_SECONDS = 60;

export interface Endpoint {
  readonly url: string;
  readonly process: StartedProcess;
}

export interface EndpointOptions {
  readonly paths: LocalPaths;
  readonly ports: Pick<Ports, 'ENDPOINT' | 'MQTT'>;
  readonly processes: ProcessTable;
  readonly certificate: ServerCertificate;
  readonly root: RootCredential;
  readonly signal?: AbortSignal;
}

export const endpointUrl = (ports: Pick<Ports, 'ENDPOINT'>): string => `https://localhost:${ports.ENDPOINT}`;

/** Resolves when the HTTP endpoint and the MQTT broker both answer. */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { paths, ports, processes } = options;
  const environment = await prepare(options);
  // What is kept is whole only after a clean stop: the endpoint writes it then, and `sealEndpointState` says so.
  await rm(paths.endpointSaved, { force: true });
  const process = processes.start(
    ENDPOINT_PROCESS,
    pythonIn(paths),
    ['-m', 'hypercorn', 'ministack.app:app', '--workers', '0', '--bind', `127.0.0.1:${ports.ENDPOINT}`]
      .concat(['--certfile', options.certificate.certificate, '--keyfile', options.certificate.key])
      .concat(['--keep-alive', '75', '--log-level', 'WARNING']),
    { env: environment, cwd: paths.endpointState },
  );
  let ended = false;
  void process.exited.then(() => {
    ended = true;
  });
  const url = endpointUrl(ports);
  await waitUntil(
    async () => {
      if (ended)
        throw new StartFailure('The local AWS endpoint ended while starting.', `Its output is in ${process.log}.`);
      return isReady(url, paths);
    },
    { seconds: READY_SECONDS, what: 'the local AWS endpoint', log: process.log, signal: options.signal },
  );
  await writeFile(paths.mqttAnchor, await endpointRequest(paths, `${url}/_ministack/iot/ca.pem`));
  return { url, process };
}

/** Call after a clean stop: what was kept may be used again. */
export async function sealEndpointState(paths: LocalPaths): Promise<void> {
  await writeFile(paths.endpointSaved, '');
}

export const hasEndpointState = (paths: LocalPaths): boolean => existsSync(paths.endpointSaved);

async function isReady(url: string, paths: LocalPaths): Promise<boolean> {
  try {
    const health: unknown = JSON.parse(await endpointRequest(paths, `${url}/_ministack/health`));
    return typeof health === 'object' && health !== null && 'iot_mtls' in health && health.iot_mtls === 'listening';
  } catch {
    return false;
  }
}

/** The functions run as its children and inherit what is here, so there is little: no variable of the caller's. */
async function prepare(options: EndpointOptions): Promise<NodeJS.ProcessEnv> {
  const { paths, ports } = options;
  const work = join(paths.endpointState, 'work');
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  // Node takes the nearest package.json for a module's form: without this the endpoint's own CommonJS would be ours.
  await writeFile(join(work, 'package.json'), '{"type":"commonjs"}\n');
  const anchors = join(paths.tls, 'anchors.pem');
  await writeFile(anchors, [...rootCertificates, readFileSync(paths.caCertificate, 'utf8')].join('\n'));
  return {
    PATH: [join(REPOSITORY_ROOT, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter),
    HOME: work,
    TMPDIR: work,
    LANG: 'C.UTF-8',
    PYTHONUNBUFFERED: '1',
    AUTH: 'true',
    USE_SSL: '1',
    MINISTACK_SSL_CERT: options.certificate.certificate,
    MINISTACK_SSL_KEY: options.certificate.key,
    NODE_EXTRA_CA_CERTS: paths.caCertificate,
    SSL_CERT_FILE: anchors,
    MINISTACK_REGION: REGION,
    MINISTACK_ACCOUNT_ID: ACCOUNT,
    AWS_ACCESS_KEY_ID: options.root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: options.root.secretAccessKey,
    GATEWAY_PORT: String(ports.ENDPOINT),
    IOT_MTLS_PORT: String(ports.MQTT),
    SFTP_ENABLED: '0',
    PERSIST_STATE: '1',
    STATE_DIR: join(paths.endpointState, 'state'),
    S3_PERSIST: '1',
    S3_DATA_DIR: join(paths.endpointState, 's3'),
    LOG_LEVEL: 'WARNING',
  };
}
