/** Where a run on one machine keeps what it makes: all of it under one state directory, `.local` by default. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY_ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface LocalPaths {
  readonly root: string;
  /** What the processes print, one file each. */
  readonly logs: string;
  /** Certificates and keys of this machine's own authority. */
  readonly tls: string;
  readonly caCertificate: string;
  /** Anchor of the MQTT broker. */
  readonly mqttAnchor: string;
  readonly venv: string;
  readonly endpointState: string;
  /** Present only while the endpoint's saved state is whole. */
  readonly endpointSaved: string;
  readonly credentials: string;
  readonly issuer: string;
  readonly tokens: string;
  readonly assembly: string;
  readonly deployed: string;
  readonly gateway: string;
  readonly hospital: string;
  readonly processes: string;
  readonly runtime: string;
}

const DEFAULT_ROOT = join(REPOSITORY_ROOT, '.local');

/**
 * @param root the state directory; tests pass one of their own
 * @param venv where the endpoint's program is installed; tests share the one that `npm start` uses
 */
export function localPaths(root: string = DEFAULT_ROOT, venv: string = join(root, 'venv')): LocalPaths {
  const at = (...parts: string[]): string => join(resolve(root), ...parts);
  return {
    root: at(),
    logs: at('logs'),
    tls: at('tls'),
    caCertificate: at('tls', 'ca.pem'),
    mqttAnchor: at('tls', 'mqtt-ca.pem'),
    venv: resolve(venv),
    endpointState: at('endpoint'),
    endpointSaved: at('endpoint', 'saved'),
    credentials: at('credentials.json'),
    issuer: at('issuer'),
    tokens: at('tokens'),
    assembly: at('cdk.out'),
    deployed: at('deployed.json'),
    gateway: at('gateway'),
    hospital: at('hospital'),
    processes: at('processes.json'),
    runtime: at('runtime.json'),
  };
}
